# Links by which people choose a password: invitations, and after a forgotten one.

link-password = Choose a password
link-password-help = At least 8 characters. A few words that only you would put together make a good one.
link-error-length = A password has between 8 and 1,024 characters.

invitation-title = You are invited
invitation-lead = Choose a password, and your account is ready.
invitation-accept = Open my account
invitation-accepted = Welcome. Your account is ready.
invitation-over-text = The invitation was used, replaced by a newer one or is more than a week old, or the account already has a way to sign in. Ask for a new one, or sign in.

reset-forgotten = Forgot your password?
reset-ask-title = Forgot your password?
reset-ask-lead = We send you a link by which you choose another one.
reset-ask = Send the link
reset-asked = If there is an account with this address and a password, a letter is on its way. The link in it works for one hour.
reset-error-email = Write an e-mail address, such as ada@example.org.
reset-title = Choose another password
reset-lead = Every browser that is signed in to this account is signed out, and its access tokens end.
reset-choose = Change password
reset-done = Your password is changed, and you are signed in.
reset-over-text = The link was used, replaced by a newer one or is more than an hour old, or the password was changed since.
reset-over-text-no-mail = The link was used, replaced by a newer one or is more than an hour old, or the password was changed since. Ask whoever gave it to you for a new one.
reset-ask-again = Ask for a new link

link-over-title = This link is over
link-over-sign-in = Sign in
link-somebody-else = In this browser { $name } is signed in. Going on ends that.

invite-title = Invite a person
invite-lead = She gets an account and a link by which she chooses her password.
invite-email-help = You vouch that it is hers: the account is known by it.
invite-name-help = She can change it.
invite-deed = Invite
invite-remarks = Before you invite
invite-remark-mail = The link is mailed, and works once, within seven days.
invite-remark-link = This server sends no mail: you are shown the link once, and pass it on. It works once, within seven days.
invite-remark-provider = Whoever signs in through an organisation’s provider needs no invitation.
invite-error-disabled = The account with this address is disabled. Enable it first.
invite-mailed = The invitation is on its way.
invite-again = Send a new invitation
invite-link-title = The invitation
invite-link = Link
invite-link-text = Pass it on to the person alone: whoever opens it first chooses the password. It works once, within seven days.
