# Rooms: the person's list, making one, one room's page.

rooms-title = My rooms
rooms-lead = Rooms that you own, manage or belong to.
rooms-new = New room
rooms-start-now = Start now
rooms-search = Search by name or link
rooms-empty-title = No rooms yet
rooms-empty-text = A room is a lasting address for a meeting. Make one and send its link, or let an application make it for you.
rooms-nothing-found-title = No room matches “{ $text }”
rooms-nothing-found-text = Try a shorter part of the name, or of the link.
rooms-show-all = Show all rooms
rooms-latest = Latest rooms
rooms-column-name = Name
rooms-column-link = Link
rooms-column-access = Who may enter
rooms-column-role = Your role
rooms-column-made = Made

rooms-made-by-application = created by { $application }
rooms-made-by-you = created by you
rooms-made-by-person = created by { $person }
rooms-made-by-somebody = created by somebody who has left

rooms-role-member = Member
rooms-role-administrator = Administrator
rooms-role-owner = Owner

rooms-access-public = Everyone with the link
rooms-access-trusted = Signed-in people
rooms-access-restricted = Members only
rooms-access-public-help = Anyone who has the link enters directly.
rooms-access-trusted-help = Signed-in people enter directly; others wait in the lobby.
rooms-access-restricted-help = Only people with a role enter directly; everyone else waits in the lobby.

rooms-new-title = New room
rooms-new-lead = It gets a random link, which stays the same when you change its name.
rooms-new-remarks = Good to know
rooms-new-remark-link = The link works from the moment the room is there. It is random, so nobody comes upon it by chance.
rooms-new-remark-owner = You own the room: you may rename and delete it.
rooms-new-remark-applications = An application acts for you only where an administrator allowed it. Your rooms say who made them.
rooms-name = Name
rooms-name-help = How it appears in your list, such as “Tuesday meeting”.
rooms-access = Who may enter
rooms-create = Create room
rooms-error-name = Enter a name of 1 to 500 characters.
rooms-error-access-level = Choose who may enter.

rooms-created = The room is ready. Send its link to the people you want to meet.
rooms-renamed = The room has its new name.
rooms-deleted = The room is deleted. Its link leads nowhere from now on.

rooms-link = Link
rooms-created-at = Created
rooms-settings = Settings
rooms-rename = Rename room
rooms-delete = Delete room
rooms-delete-title = Delete “{ $name }”?
rooms-delete-text = Its link stops working for everyone, and nobody will get that link again. This cannot be undone.
rooms-restricted-title = A room for its members
rooms-restricted-text = This room exists, but only its members may see it. If you expect to be one, ask the person who sent you the link.
rooms-sign-in-text = Members sign in to enter.
rooms-you-have-no-role = You have no role in this room.
