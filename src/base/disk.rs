//! What a folder lies on.

use std::io;
use std::path::{Path, PathBuf};

/// What keeps the files of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// A disk of this machine, as far as can be told.
    Local,
    /// Memory: everything is gone when the machine stops.
    Memory,
    /// Another machine, by this protocol: locks and syncs are what that makes of them.
    Network(&'static str),
}

impl Medium {
    /// What `path` lies on; for a path that is not there, the folder in which it would be made.
    pub fn of(path: &Path) -> io::Result<Self> {
        kind_of(&nearest(path)).map(Self::from_kind)
    }

    /// By the number of the file system's kind (`f_type` of `statfs(2)`).
    const fn from_kind(kind: u64) -> Self {
        match kind {
            0x0102_1994 | 0x8584_58f6 => Self::Memory,
            0x6969 => Self::Network("NFS"),
            0x517b | 0xff53_4d42 | 0xfe53_4d42 => Self::Network("SMB"),
            0x0102_1997 => Self::Network("9P"),
            0x00c3_6400 => Self::Network("Ceph"),
            0x5346_414f | 0x6b41_4653 => Self::Network("AFS"),
            _ => Self::Local,
        }
    }
}

#[cfg(target_os = "linux")]
fn kind_of(path: &Path) -> io::Result<u64> {
    let kind = rustix::fs::statfs(path)?.f_type;
    // The kernel's number has 32 bits; where the type is signed, they may look negative.
    Ok((kind & 0xffff_ffff).try_into().unwrap_or_default())
}

#[cfg(not(target_os = "linux"))]
fn kind_of(path: &Path) -> io::Result<u64> {
    std::fs::metadata(path).map(|_| 0)
}

/// Bytes that may still be written below `path` by whoever is not the superuser.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let found = rustix::fs::statvfs(nearest(path))?;
    Ok(found.f_bavail.saturating_mul(found.f_frsize))
}

/// `path` itself if it is there, else the nearest folder above it that is.
pub fn nearest(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    absolute.ancestors().find(|ancestor| ancestor.exists()).unwrap_or(&absolute).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_file_systems() {
        for (kind, medium) in [
            (0xef53, Medium::Local),
            (0x5846_5342, Medium::Local),
            (0x0102_1994, Medium::Memory),
            (0x6969, Medium::Network("NFS")),
            (0xff53_4d42, Medium::Network("SMB")),
            (0xfe53_4d42, Medium::Network("SMB")),
        ] {
            assert_eq!(Medium::from_kind(kind), medium, "{kind:x}");
        }
    }

    #[test]
    fn what_is_not_there_lies_where_it_would_be_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("not/there/yet");
        assert_eq!(nearest(&path), folder.path());
        assert_eq!(Medium::of(&path).unwrap(), Medium::of(folder.path()).unwrap());
        assert!(free_bytes(&path).unwrap() > 0);
        assert_eq!(nearest(Path::new("no-such-file")), std::env::current_dir().unwrap());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn memory_is_recognised() {
        if Path::new("/dev/shm").is_dir() {
            assert_eq!(Medium::of(Path::new("/dev/shm/parloir")).unwrap(), Medium::Memory);
        }
    }
}
