# What stands around every page, and the words of the shared pieces.

ui-skip = Skip to content
ui-sections = Sections
ui-rooms = Rooms
ui-applications = Applications
ui-organisations = Organisations
ui-organisation-menu = Acting for { $name }
ui-people = People
ui-audit = Audit
ui-menu = Menu
ui-person-menu = Your menu, { $name }
ui-administrator = Administrator
ui-account = Your account
ui-sign-in = Sign in
ui-sign-out = Sign out
ui-language = Language
ui-api-reference = API reference
ui-breadcrumb = Where you are

ui-optional = optional
ui-busy = One moment…
ui-cancel = Cancel
ui-search = Search
ui-filter = Filter
ui-filter-more = Time, room, token
ui-filter-all = Show all
ui-error-title = That did not work
ui-error-summary = { $count ->
    [one] One thing needs your attention
   *[other] { $count } things need your attention
}
ui-type-to-confirm = Type “{ $name }” to confirm

ui-pages = Pages
ui-newer = Newer
ui-older = Older

ui-copy = Copy
ui-copy-thing = Copy: { $thing }
ui-copied = Copied
ui-secret-once = Copy it now and keep it safe. It will not be shown again.

ui-notice-ok = Done:
ui-notice-info = Note:
ui-notice-warning = Take care:
ui-notice-danger = Problem:

chart-figure = { $value }
chart-figures = Show the figures
chart-nothing = Nothing yet in this time.
chart-summary = { $sums }. The most on one day: { $most }, on { $when }.
ui-show-password = Show password
