//! Certificate authorities that the operator adds to the system's.

use std::path::PathBuf;

use rustls::RootCertStore;

use super::OutgoingSetupError;

/// The certificates in `files`. Each file must have one at least, and each must be one that can be believed.
pub(super) fn read(files: &[PathBuf]) -> Result<Vec<reqwest::Certificate>, OutgoingSetupError> {
    let mut certificates = Vec::new();
    for file in files {
        let name = || file.display().to_string();
        let text =
            std::fs::read(file).map_err(|error| OutgoingSetupError::File { file: name(), cause: error.to_string() })?;
        let found = certificates_in(&text).ok_or_else(|| OutgoingSetupError::NoCertificate { file: name() })?;
        certificates.extend(found);
    }
    Ok(certificates)
}

fn certificates_in(text: &[u8]) -> Option<Vec<reqwest::Certificate>> {
    let blocks = pem::parse_many(text).ok()?;
    let certificates: Vec<_> =
        blocks.iter().filter(|block| block.tag() == "CERTIFICATE").map(pem::Pem::contents).collect();
    let mut believable = RootCertStore::empty();
    for certificate in &certificates {
        believable.add(certificate.to_vec().into()).ok()?;
    }
    if certificates.is_empty() {
        return None;
    }
    certificates.into_iter().map(|der| reqwest::Certificate::from_der(der).ok()).collect()
}
