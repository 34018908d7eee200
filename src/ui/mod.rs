//! Pieces shared by pages.
