//! Who looks at the page.

/// The signed-in person, as far as the frame of a page needs to know her. In context; absent for a stranger.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Viewer {
    /// How she is called; her e-mail address when she has no name.
    pub name: String,
    /// Her address, when there is one to show.
    pub email: Option<String>,
    /// Whether the sections for administrators are hers.
    pub administrator: bool,
    /// For whom she acts, where that is an organisation.
    pub organisations: Option<ViewerOrganisations>,
    /// Whether the section of applications is hers: all of them, or those that she manages.
    pub applications: bool,
}

/// Names and addresses stay out of logs.
impl std::fmt::Debug for Viewer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Viewer").field("administrator", &self.administrator).finish_non_exhaustive()
    }
}

/// The organisations among which somebody may choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ViewerOrganisations {
    /// The name of the one for which she acts.
    pub chosen: String,
    /// The others, each by what is sent and by name.
    pub others: Vec<(String, String)>,
}
