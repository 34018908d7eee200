//! The pages about organisations: for administrators all of them, for a person her own.

mod list;
mod new;
mod one;
mod own;

pub use list::OrganisationsPage;
pub use new::NewOrganisationPage;
pub use one::OrganisationPage;
pub use own::OwnOrganisationsPage;
