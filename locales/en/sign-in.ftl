# Signing in through an organisation's provider, and what happens when an address is another account's.

sign-in-with = Sign in with { $provider }
sign-in-or = or with a password
sign-in-down = { $provider } does not answer just now. You can try all the same.

conflict-title = This address belongs to an account already
conflict-lead = You signed in with { $provider } as { $email }. An account with that address exists here, and we do not hand it over without proof that it is yours.
conflict-lead-plain = You signed in with { $provider }. An account with your address exists here, and we do not hand it over without proof that it is yours.
conflict-old-way-title = Sign in as you did before
conflict-old-way-text = Once you are signed in the old way, this page joins both, and from then on either works.
conflict-old-way = Sign in the old way
conflict-join-title = This is your account
conflict-join-text = You are signed in to it. Join your sign-in with { $provider } to it, and from then on either works.
conflict-join = Join them
conflict-joined = Both ways to sign in now lead to this account.
conflict-other-title = You are signed in to another account
conflict-other-text = Sign out first, then sign in to the account that has this address.
conflict-ask-title = Ask an administrator
conflict-ask-text = If you cannot sign in the old way any more, an administrator can decide. They see your name and address as { $provider } gave them.
conflict-ask = Ask an administrator
conflict-asked = You asked an administrator. Once they have decided, sign in with { $provider } again.
conflict-none-title = There is nothing to decide
conflict-none-text = What stood here is settled, or was too long ago. Sign in again.

requests-title = Sign-in requests
requests-lead = People who signed in through a provider, and whose address is an account’s already. Join only what you know to be the same person.
requests-empty = Nobody waits for a decision.
requests-empty-text = Somebody stands here who signed in through a provider with an address that is an account’s already, and asked you.
requests-column-who = Who came
requests-column-through = Through
requests-column-account = Whose address it is
requests-column-asked = Asked
requests-column-decide = Decide
requests-join = Join
requests-refuse = Refuse
requests-joined = Joined. The person can sign in through the provider now.
requests-refused = Refused. Nothing was joined.
requests-gone = This request is settled already, or too old.
requests-administrator = administrator
requests-disabled = disabled
