# All that is held of a person, the end of her account, and two accounts that become one.

account-tab-data = Your data

data-confirm-title = Confirm it is you first
data-confirm-text = You signed in a while ago. Show that it is you to download your data or delete your account.

data-download-title = Download your data
data-download-lead = Everything we hold about you in one JSON file: your account, how and where you signed in, your rooms, your tokens without their secrets, and what was done by you or for you.
data-download = Download

data-delete-title = Delete your account
data-delete-lead = Your account, your sessions and your tokens are gone at once and for good. If you sign in again later, you get a new, empty account.
data-delete-lead-rooms = { $count ->
    [one] You alone own a room. Say first what becomes of it: nothing is deleted before. Then your account, your sessions and your tokens are gone at once and for good.
   *[other] You alone own { $count } rooms. Say first what becomes of each: nothing is deleted before. Then your account, your sessions and your tokens are gone at once and for good.
}
data-fate = What becomes of “{ $room }”?
data-fate-choose = Choose…
data-fate-member = It goes to { $name }
data-fate-address = It goes to somebody else, by e-mail address
data-fate-delete = It is deleted
data-heir = New owner of “{ $room }”
data-heir-help = The e-mail address of somebody who has an account here. Only if the room goes to her.
data-delete = Delete my account
data-deleted = Your account is deleted.
data-error-confirm = This is not the address of the account.
data-error-fate = Choose what becomes of this room.
data-error-address = Write an e-mail address, as in name@example.org.
data-error-heir = A room can only go to somebody else who has an active account here. At least one of these people has none.
data-error-rooms = Some rooms have no other owner. Say of each what becomes of it.

person-delete = Delete account
person-delete-title = Delete the account of { $name }?
person-delete-text = The account, its sessions and its tokens are gone for good. Say what becomes of the rooms that this person alone owns.
person-delete-fate = Rooms without another owner
person-delete-fate-none = There are none
person-delete-fate-address = All go to one person
person-delete-fate-delete = All are deleted
person-delete-heir = New owner
person-deleted = The account is deleted.

person-merge = Merge into another account
person-merge-text = If this person has two accounts, they become one. You see first what comes of it.
merge-title = Merge { $name } into another account
merge-lead = This account goes, the other one stays. Find the one that stays by its e-mail address or id.
merge-search = E-mail address or id of the account that stays
merge-what = What happens
merge-goes = The account that goes
merge-stays = The account that stays
merge-column-what = What
merge-moved = Move
merge-ended = End
merge-none = There is nothing to move.
merge-what-rooms = Roles in rooms: the stronger one counts
merge-what-made = Rooms that the person made
merge-what-identities = Ways in through a provider
merge-what-managed = Applications that the person manages
merge-what-requests = Requests that wait
merge-what-defaults = Settings for new rooms
merge-what-sessions = Sessions end
merge-what-tokens = Tokens of the person’s own end
merge-what-letters = Letters under way
merge-address-freed = { $email } is free again: applications find nobody at that address.
merge-address-taken = { $email } becomes the address of the account that stays, which has none.
merge-password-dropped = The password of the account that goes opens nothing any more. The other account’s stays as it is; it gets none.
merge-role-dropped = The account that goes is an administrator’s. The other account does not become one.
merge-tokens = Tokens that applications have for the account that goes stop working.
merge-confirm-first = To merge, confirm first that it is you.
merge-type-from = Type “{ $name }”, the account that goes
merge-type-into = Type “{ $name }”, the account that stays
merge-deed = Merge
merge-done = The two accounts are one now.
merge-error-confirm = This is not the address of that account.
merge-error-same = An account cannot be merged into itself.
merge-error-state = Neither account may be disabled, and somebody must have come to the one that stays.
