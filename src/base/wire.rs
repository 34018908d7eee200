//! place-holder
