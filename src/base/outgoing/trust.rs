//! Certificate authorities that the operator adds to the system's.

use std::path::PathBuf;

use rustls::RootCertStore;

use super::OutgoingSetupError;

/// The certificates (in DER) in `files`. Each file must have one at least, and each must be one that can be believed.
pub fn authorities(files: &[PathBuf]) -> Result<Vec<Vec<u8>>, OutgoingSetupError> {
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

fn certificates_in(text: &[u8]) -> Option<Vec<Vec<u8>>> {
    let blocks = pem::parse_many(text).ok()?;
    let certificates: Vec<_> =
        blocks.into_iter().filter(|block| block.tag() == "CERTIFICATE").map(pem::Pem::into_contents).collect();
    let mut believable = RootCertStore::empty();
    for certificate in &certificates {
        believable.add(certificate.clone().into()).ok()?;
    }
    (!certificates.is_empty()).then_some(certificates)
}
