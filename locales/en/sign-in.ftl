# Signing in through an organisation's provider, and what happens when an address is another account's.

sign-in-with = Sign in with { $provider }
sign-in-or = or with a password
sign-in-down = { $provider } does not answer just now. You can try it all the same.

confirm-title = Confirm that it is you
confirm-lead = What you are about to do gives power away or cannot be undone. Show once more who you are; for ten minutes you will not be asked again.
confirm-with = Confirm with { $provider }
confirm-or = or with your password
confirm-submit = Confirm
confirm-done = Thank you. You can go on now.
confirm-no-way = This account has neither a password nor a sign-in service that could confirm it. Ask whoever looks after this service.
confirm-error-password = That is not the password of this account.
confirm-error-another = There you are signed in as somebody else. Nothing has changed here: sign in there with your own account, and try again.
confirm-error-cancelled = You cancelled it, or the sign-in service refused it. Nothing has changed.
confirm-error-expired = That took too long, or began in another browser. Try again.
confirm-error-not-asked = The sign-in service did not ask you who you are, so it proves nothing. Sign out there, or choose another way.
confirm-error-down = The sign-in service does not answer just now. Wait a minute and try again, or choose another way.
confirm-error-weak = The sign-in service did not check you strongly enough. Try again with a second factor.
confirm-error-provider = We cannot accept the sign-in service’s answer. Nothing has changed. Try again, or choose another way.

conflict-title = There is already an account with this address
conflict-lead = You signed in with { $provider } as { $email }. Show that the account with that address is yours, and both ways to sign in will lead to it.
conflict-lead-plain = You signed in with { $provider }. Show that the account with your address is yours, and both ways to sign in will lead to it.
conflict-old-way-title = Sign in as you did before
conflict-old-way-text = Once you have signed in, connect the two on this page. From then on, either way works.
conflict-old-way = Sign in as before
conflict-join-title = This is your account
conflict-join-text = You are signed in to it. Connect it to { $provider }, and from then on either way works.
conflict-join = Connect the two
conflict-joined = Both ways to sign in now lead to this account.
conflict-other-title = You are signed in to another account
conflict-other-text = Sign out first, then sign in to the account that has this address.
conflict-ask-title = Ask an administrator
conflict-ask-text = If you can no longer sign in as before, an administrator can decide. They will see your name and address as { $provider } gives them.
conflict-ask = Ask an administrator
conflict-asked-title = You asked an administrator
conflict-asked = Once they have decided, sign in with { $provider } again.
conflict-none-title = There is nothing to decide
conflict-none-text = The question that stood here is settled, or was asked too long ago. Sign in again.

requests-title = Sign-in requests
requests-lead = These people signed in through a provider with an address that already belongs to an account. Connect only what you know to be the same person.
requests-empty = Nobody is waiting for a decision
requests-empty-text = People appear here who sign in through a provider with an address that already belongs to an account, and ask you to decide.
requests-column-who = Person
requests-column-through = Provider
requests-column-account = Existing account
requests-column-asked = Asked
requests-column-decide = Decision
requests-join = Connect
requests-refuse = Refuse
requests-joined = Connected. The person can now sign in through the provider.
requests-refused = Refused. Nothing was connected.
requests-gone = This request is already settled, or too old.
requests-administrator = Administrator
requests-disabled = Disabled
