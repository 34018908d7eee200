//! Every piece, set into pages like those of the product, as the HTML that a browser gets.

use std::fmt::Write as _;

use leptos::prelude::*;
use leptos_meta::provide_meta_context;

use super::*;
use crate::base::{Language, Timestamp};

/// 2026-11-23T13:05:09Z
const NOW: Timestamp = Timestamp::from_seconds(1_795_439_109);

fn ada() -> Viewer {
    let email = Some("ada@example.org".into());
    Viewer { name: "Ada Lovelace".into(), email, administrator: true, applications: true, organisations: None }
}

fn ago(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(NOW.as_seconds() - seconds)
}

/// What the browser gets for `view`, one element a line.
pub(super) fn rendered<V: IntoView + 'static>(language: Language, view: impl FnOnce() -> V) -> String {
    Owner::new().with(|| {
        provide_meta_context();
        provide_context(language);
        provide_context(Moment { now: NOW, zone: "Europe/Paris".into() });
        let html = view().into_view().to_html();
        // Island keys carry a hash of the source file.
        let mut lines = String::new();
        for line in html.replace("<!>", "").replace("><", ">\n<").lines() {
            let line = match line.split_once("data-component=\"") {
                Some((before, rest)) => {
                    let (name, after) = rest.split_once('"').unwrap_or((rest, ""));
                    let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
                    format!("{before}data-component=\"{name}\"{after}")
                }
                None => line.to_owned(),
            };
            let _ = writeln!(lines, "{line}");
        }
        lines
    })
}

fn access_levels() -> Vec<Choice> {
    vec![
        Choice::new("public", "Public").with_help("Anyone with the link walks in.").with_icon(Symbol::Globe),
        Choice::new("trusted", "Trusted")
            .with_help("Signed-in people walk in; others wait in the lobby.")
            .with_icon(Symbol::People),
        Choice::new("restricted", "Restricted")
            .with_help("Members walk in; everybody else waits in the lobby.")
            .with_icon(Symbol::Lock),
    ]
}

#[test]
fn sign_in_refused() {
    let html = rendered(Language::En, || {
        provide_context(
            FormState::new("sign-in").with_value("email", "ada@example.org").with_error("", "error-too-many-text"),
        );
        view! {
            <Frame path="/sign-in">
                <Page title="Sign in to Parloir" width=Width::Card>
                    <Card>
                        <Form id="sign-in" action="/actions/sign-in">
                            <TextField
                                name="email"
                                label="E-mail"
                                kind=FieldKind::Email
                                autocomplete="username"
                                autofocus=true
                            />
                            <PasswordField name="password" label="Password" />
                            <FormActions>
                                <SubmitButton busy="Signing in…">"Sign in"</SubmitButton>
                            </FormActions>
                        </Form>
                    </Card>
                </Page>
            </Frame>
        }
    });
    insta::assert_snapshot!(html);
}

fn room_row(
    name: &'static str,
    slug: &'static str,
    access: (&'static str, Symbol),
    role: &'static str,
    by: Option<&'static str>,
    at: Timestamp,
) -> Vec<AnyView> {
    let made = by.map(|by| view! { <CellNote>"Made by " {by}</CellNote> });
    vec![
        view! { <a href=format!("/rooms/{slug}")>{name}</a> {made} }.into_any(),
        view! { <CopyInline value=format!("https://meet.example.org/rooms/{slug}") shown=slug label="Link" /> }
            .into_any(),
        view! { <span class="with-icon"><Icon of=access.1 small=true />{access.0}</span> }.into_any(),
        view! { {role} }.into_any(),
        view! { <RelativeTime at=at /> }.into_any(),
    ]
}

#[test]
fn rooms() {
    let html = rendered(Language::En, || {
        provide_context(ada());
        provide_context(vec![Notice::new(NoticeKind::Ok, "“Old meeting” is deleted.")]);
        let columns = ["Name", "Link", "Who may enter", "Your role", "Last used"];
        let rows = vec![
            room_row("Weekly meeting", "kqz-wmtp-bva", ("Trusted", Symbol::People), "Owner", None, ago(200)),
            room_row(
                "Support with Grace Hopper",
                "abc-defg-hij",
                ("Public", Symbol::Globe),
                "Owner",
                Some("Helpdesk"),
                ago(90_000),
            ),
            room_row(
                "Budget committee, fourth quarter, with the people of the treasury",
                "rst-uvwx-yza",
                ("Restricted", Symbol::Lock),
                "Member",
                Some("Calendar"),
                ago(9_000_000),
            ),
        ];
        let action = view! {
            <ButtonLink href="/rooms/now">"Start now"</ButtonLink>
            <ButtonLink href="/rooms/new" look=Look::Primary icon=Symbol::Plus>"New room"</ButtonLink>
        };
        view! {
            <Frame path="/rooms">
                <Page title="Rooms" lead="Places to meet. Each has a link that never changes." action=action.into_any()>
                    <div>
                        <SearchForm action="/rooms" label="Search my rooms" value="meet" />
                        <Table caption="My rooms" columns=columns.map(Column::plain).to_vec() rows=rows />
                        <Pager newer=None older=Some("/rooms?after=x".into()) />
                    </div>
                </Page>
            </Frame>
        }
    });
    insta::assert_snapshot!(html);
}

#[test]
fn no_rooms_in_french() {
    let html = rendered(Language::Fr, || {
        provide_context(Viewer { administrator: false, applications: false, email: None, ..ada() });
        let action = view! { <ButtonLink href="/rooms/new" icon=Symbol::Plus>"Créer une salle"</ButtonLink> };
        view! {
            <Frame path="/rooms/">
                <Page title="Salles">
                    <EmptyState
                        icon=Symbol::Door
                        title="Aucune salle"
                        text="Une salle est un lieu de réunion avec un lien."
                        action=action.into_any()
                    />
                    <Pager newer=None older=None />
                </Page>
            </Frame>
        }
    });
    insta::assert_snapshot!(html);
}

#[test]
fn new_room_refused() {
    let html = rendered(Language::En, || {
        provide_context(ada());
        provide_context(
            FormState::new("create-room")
                .with_value("name", "<b>")
                .with_value("access_level", "public")
                .with_value("note", "line one\nline </textarea>")
                .with_value("days", "30")
                .with_error("name", "ui-error-title")
                .with_error_args("note", "ui-copy-thing", &[("thing", "x".into())]),
        );
        let side = view! { <Remarks title="Good to know" remarks=vec![(Symbol::Link, "Its link lasts.".into())] /> };
        view! {
            <Frame path="/rooms/new">
                <Page
                    title="New room"
                    crumbs=vec![Crumb::new("Rooms", "/rooms")]
                    width=Width::Form
                    side=side.into_any()
                >
                    <Form id="create-room" action="/actions/rooms/create">
                        <TextField name="name" label="Name" help="People see it when they join." />
                        <ChoiceCards name="access_level" label="Who may enter" choices=access_levels() value="trusted" />
                        <TextArea name="note" label="Note" help="Shown in the lobby." optional=true />
                        <Select
                            name="days"
                            label="Keep for"
                            options=vec![Choice::new("7", "7 days"), Choice::new("30", "30 days")]
                            value="7"
                        />
                        <HiddenField name="next" value="/rooms" />
                        <FieldGroup title="Lobby">
                            <Switch name="lobby" label="Wait in the lobby" checked=true help="You let people in one by one." />
                        </FieldGroup>
                        <FormActions cancel="/rooms">
                            <SubmitButton busy="Creating…">"Create room"</SubmitButton>
                        </FormActions>
                    </Form>
                </Page>
            </Frame>
        }
    });
    insta::assert_snapshot!(html);
}

#[test]
fn a_room() {
    let html = rendered(Language::En, || {
        provide_context(ada());
        let side = view! {
            <Facts>
                <Fact term="Made">"yesterday, by Helpdesk"</Fact>
                <Fact term="Your role"><Badge tone=Tone::Accent>"Owner"</Badge></Fact>
                <Fact term="Last used"><RelativeTime at=ago(7_500) /></Fact>
            </Facts>
        };
        view! {
            <Frame path="/rooms/abc-defg-hij">
                <Page
                    title="Support with Grace Hopper"
                    named=true
                    crumbs=vec![Crumb::new("Rooms", "/rooms")]
                    side=side.into_any()
                >
                    <div class="room-door">
                        <p class="who-may-enter">
                            <Icon of=Symbol::Globe />
                            <span>"Anyone with the link. People not signed in wait in the lobby."</span>
                        </p>
                        <CopyField value="https://meet.example.org/rooms/abc-defg-hij" label="Link" />
                        <ButtonLink href="#join" look=Look::Primary icon=Symbol::Video large=true>"Join"</ButtonLink>
                    </div>
                    <Section title="Name" lead="People see it when they join.">
                        <Form id="rename-room" action="/actions/rooms/rename" line=true>
                            <TextField name="name" label="Name" value="Support with Grace Hopper" />
                            <FormActions><SubmitButton look=Look::Plain>"Rename"</SubmitButton></FormActions>
                        </Form>
                    </Section>
                    <DangerZone>
                        <DangerItem title="Delete this room" text="Its link stops working, for good.">
                            <ConfirmDialog
                                id="delete-room"
                                open="Delete room"
                                icon=Symbol::Trash
                                title="Delete “Support with Grace Hopper”?"
                                text="Its link stops working at once and is never given to another room."
                                action="/actions/rooms/delete"
                                deed="Delete"
                                type_name="Support with Grace Hopper"
                            >
                                <HiddenField name="slug" value="abc-defg-hij" />
                            </ConfirmDialog>
                        </DangerItem>
                    </DangerZone>
                </Page>
            </Frame>
        }
    });
    insta::assert_snapshot!(html);
}

#[test]
fn an_application() {
    let html = rendered(Language::En, || {
        provide_context(ada());
        let tab = |label: &str, href: &str, current| Tab { label: label.into(), href: href.into(), current };
        let tabs =
            vec![tab("Overview", "?", true), tab("Secrets", "?tab=secrets", false), tab("Audit", "?tab=audit", false)];
        let secrets = vec![
            ("Client id".to_owned(), "prl_ci_4f9wq2Zk7LmXbT0aYs83Rd".to_owned()),
            ("Client secret".to_owned(), "prl_cs_Zq81mfYw0Gk3sVx7Lr2Td9HnBc5Ju6Pa4Eo1IiUyXwMt0000".to_owned()),
        ];
        let columns =
            vec![Column::text("Prefix"), Column::figure("Uses"), Column::text("State"), Column::actions("Actions")];
        let row = vec![
            view! { <span class="mono">"prl_cs_Zq81"</span> }.into_any(),
            view! { "12,904" }.into_any(),
            view! { <Badge tone=Tone::Warning icon=Symbol::Clock>"Ends in 3 days"</Badge> }.into_any(),
            view! { <SubmitButton look=Look::Danger>"End now"</SubmitButton> }.into_any(),
        ];
        let code = "curl https://meet.example.org/external-api/v1.0/application/token/ \\\n  --json '{\"client_id\": \"prl_ci_4f9wq2Zk7LmXbT0aYs83Rd\", \"scope\": \"ada@example.org\"}'";
        view! {
            <Frame path="/admin/applications/calendar">
                <Page
                    title="Calendar"
                    named=true
                    state=view! { <Badge tone=Tone::Ok icon=Symbol::Check>"Active"</Badge> }.into_any()
                    lead="May list and create rooms for people of example.org and example.net; sees nothing else."
                    crumbs=vec![Crumb::new("Applications", "/admin/applications")]
                    action=view! { <ButtonLink href="?edit">"Change"</ButtonLink> }.into_any()
                >
                    <Tabs label="Calendar" tabs=tabs />
                    <div>
                        <SecretOnce title="The secret of Calendar" values=secrets>
                            <CodeBlock code=code label="Command" copy=true />
                        </SecretOnce>
                        <NoticeBanner
                            kind=NoticeKind::Warning
                            action=view! { <ButtonLink href="?end">"End it now"</ButtonLink> }.into_any()
                        >
                            "The old secret works until tomorrow."
                        </NoticeBanner>
                        <NoticeBanner kind=NoticeKind::Info>"Nobody used it yet."</NoticeBanner>
                        <NoticeBanner kind=NoticeKind::Danger>"The last webhook did not arrive."</NoticeBanner>
                    </div>
                    <Section title="Secrets" lead="Two may live at once.">
                        <Table caption="Secrets" columns=columns rows=vec![row] />
                        <div class="row">
                            <Badge>"draft"</Badge>
                            <Badge tone=Tone::Ok icon=Symbol::Done>"Active"</Badge>
                            <Badge tone=Tone::Info>"New"</Badge>
                            <Badge tone=Tone::Danger icon=Symbol::Danger>"Disabled"</Badge>
                            <Avatar name="Ada Lovelace" />
                            <Avatar name="Grace Hopper" />
                            <Avatar name="camille@example.org" />
                        </div>
                    </Section>
                    <Section title="What it may do">
                        <Form id="grant" action="/actions/applications/grant">
                            <CheckboxList
                                name="scopes[]"
                                label="Scopes"
                                help="It may do nothing that is not checked."
                                choices=vec![Choice::new("rooms:list", "List rooms").with_help("The rooms of the person.").with_code("rooms:list"), Choice::new("rooms:create", "Create rooms")]
                                values=vec!["rooms:create".into()]
                            />
                            <Checkbox name="all_domains" label="For people of every domain" />
                            <TextArea name="domains" label="Domains" help="One a line." code=true value="example.org\nexample.net" />
                            <FormActions><SubmitButton>"Save"</SubmitButton></FormActions>
                        </Form>
                    </Section>
                    <Section title="Facts">
                        <Facts lines=true>
                            <Fact term="Client id"><CopyInline value="prl_ci_4f9wq2Zk7LmXbT0aYs83Rd" label="Client id" /></Fact>
                            <Fact term="Made"><RelativeTime at=ago(700_000) /></Fact>
                        </Facts>
                    </Section>
                </Page>
            </Frame>
        }
    });
    insta::assert_snapshot!(html);
}

#[test]
fn nothing_here_in_french() {
    let html = rendered(Language::Fr, || {
        view! {
            <Frame path="/nowhere">
                <ErrorBody kind=ErrorKind::NotFound reference="0193-5f0c-7a10" />
            </Frame>
        }
    });
    insta::assert_snapshot!(html);
}

#[test]
fn what_people_typed_is_text() {
    let evil = "\"><script>alert(1)</script>&";
    let html = rendered(Language::En, || {
        provide_context(Viewer { name: evil.into(), email: Some(evil.into()), ..Viewer::default() });
        provide_context(vec![Notice::new(NoticeKind::Info, evil)]);
        provide_context(FormState::new(evil).with_value("name", evil).with_error("name", evil));
        view! {
            <Frame path=evil>
                <Page title=evil lead=evil crumbs=vec![Crumb::new(evil, evil)]>
                    <Form id=evil action=evil>
                        <TextField name="name" label=evil help=evil />
                        <Select name="name" label=evil options=vec![Choice::new(evil, evil)] />
                        <CheckboxList name=evil label=evil choices=vec![Choice::new(evil, evil).with_help(evil)] />
                        <TextArea name="name" label=evil />
                    </Form>
                    <CopyField value=evil label=evil />
                    <CodeBlock code=evil label=evil copy=true />
                    <SecretOnce title=evil values=vec![(evil.into(), evil.into())] />
                    <Tabs label=evil tabs=vec![Tab { label: evil.into(), href: evil.into(), current: false }] />
                    <ErrorBody kind=ErrorKind::Internal reference=evil />
                </Page>
            </Frame>
        }
    });
    assert!(!html.contains("<script"), "{html}");
}
