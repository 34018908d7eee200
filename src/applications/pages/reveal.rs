//! Id and secret, this once, with what to do next.
//!
//! The test beside them says what the application would get for a person. It asks by the client id, without the secret: that this
//! secret is the stored one needs no proof, since it was made and stored in one transaction and comes from there; a form that carried
//! it back would only be one more place that holds it. What does go wrong (the switch, domains, a person who is not known) shows
//! without it. It opens beside this page, which cannot be shown again. The command tries the secret itself.

use leptos::prelude::*;

use super::frame::ApplicationTab;
use crate::accounts::Visitor;
use crate::applications::Application;
use crate::config::PublicUrl;
use crate::ui::{CodeBlock, FieldKind, Icon, SecretOnce, ShownSecret, Symbol, TextField, t};

/// The panel of a secret that was made just now.
pub(super) fn secret_panel(application: &Application, ShownSecret(secret): ShownSecret) -> AnyView {
    let client_id = application.client_id.to_string();
    let url = expect_context::<PublicUrl>().at("/external-api/v1.0/application/token/");
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let email = visitor.account().and_then(|account| account.email.as_ref()).map(|email| email.as_str().to_owned());
    let email = email.unwrap_or_else(|| "person@example.org".to_owned());
    let command = format!(
        "curl {url} \\\n  -d grant_type=client_credentials \\\n  -d client_id={client_id} \\\n  \
         -d client_secret={secret} \\\n  -d scope={email}"
    );
    let values = vec![(t("applications-client-id"), client_id), (t("applications-secret"), secret)];
    let test = ApplicationTab::Test.path(&application.slug);
    view! {
        <SecretOnce title=t("applications-secret-title") values=values>
            <p>{t("applications-try")}</p>
            <CodeBlock code=command.clone() label=t("applications-try") copy=true />
            <form class="form line" method="get" action=test.clone() target="_blank">
                <TextField
                    name="for"
                    label=t("applications-test-for")
                    kind=FieldKind::Email
                    value=email.clone()
                />
                <div class="form-actions">
                    <button type="submit" class="button">
                        <Icon of=Symbol::Check />
                        <span>{t("applications-test-deed")}</span>
                        <span class="visually-hidden">{t("applications-test-beside")}</span>
                    </button>
                </div>
            </form>
        </SecretOnce>
    }
    .into_any()
}
