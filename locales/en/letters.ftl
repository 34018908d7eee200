# Letters to people. Each tells what happened, when, and what to do about it.

letter-greeting = Hello,
letter-greeting-name = Hello { $name },
letter-foot = A program wrote this letter; nobody reads answers to it.
letter-moment = { $at } ({ $zone })

letter-invitation = You are invited to { $service }
letter-invitation-body =
    You have an account at { $service }, where people meet: { $url }

    To choose your password and come in, follow this link:

    { $link }

    It works once, until { $until }.

    If you do not know what this is about, do nothing: without the link nobody comes in as you.

letter-password-reset = Choose a new password for { $service }
letter-password-reset-body =
    A new password was asked for, for your account at { $service }, on { $at }. To choose it, follow this link:

    { $link }

    It works once, until { $until }.

    If it was not you, do nothing: your password stays as it is, and without the link nobody can change it.

letter-sign-in-code = Your code for { $service }
letter-sign-in-code-body =
    To show that this address is yours, type this code on the page that asked for it:

    { $code }

    It works once, until { $until }. Give it to nobody, whoever asks.

    If you did not ask for it, somebody else typed your address. Without the code that leads nowhere: you need not do anything.

letter-password-changed = Your password was changed
letter-password-changed-body =
    The password of your account at { $service } was changed on { $at }. You were signed out everywhere else, and your personal tokens ended.

    If it was you, there is nothing to do.

    If it was not you, somebody else may have your account. Ask for a new password at once, and tell whoever runs { $service }:

    { $url }/sign-in

letter-identity-linked = One more way to sign in
letter-identity-linked-body =
    Since { $at } you can sign in to your account at { $service } with { $provider } as well.

    If you wanted that, there is nothing to do.

    If not, take that way from your account, end the sessions that you do not know, and tell whoever runs { $service }:

    { $url }/account/sign-in
    { $url }/account/sessions

letter-identity-unlinked = One way to sign in is gone
letter-identity-unlinked-body =
    Since { $at } you can no longer sign in to your account at { $service } with { $provider }.

    If you wanted that, there is nothing to do.

    If not, look at the ways that are left, and tell whoever runs { $service }:

    { $url }/account/sign-in

letter-personal-token = You have a new personal token
letter-personal-token-body =
    The personal token “{ $name }” of your account at { $service } was made on { $at }. A program that has it acts as you, within what the token allows.

    If you made it, there is nothing to do.

    If not, end it, end the sessions that you do not know, and tell whoever runs { $service }:

    { $url }/account/tokens
    { $url }/account/sessions

letter-data-downloaded = Your data was downloaded
letter-data-downloaded-body =
    All that { $service } holds about you was downloaded from your account on { $at }.

    If it was you, there is nothing to do. Keep the file where nobody else finds it.

    If it was not you, end the sessions that you do not know, change your password if you have one, and tell whoever runs { $service }:

    { $url }/account/sessions
    { $url }/account/sign-in

letter-account-deleted = Your account was deleted
letter-account-deleted-body =
    Your account at { $service } was deleted on { $at }, with what belonged to you alone. That cannot be undone.

    If you wanted that, there is nothing to do: this is the last letter.

    If not, tell whoever runs { $service } at once:

    { $url }

letter-accounts-merged = Your two accounts are one
letter-accounts-merged-body =
    On { $at } two accounts of yours at { $service } were joined into one. Rooms and ways to sign in of both are there.

    If one of the two was not yours, tell whoever runs { $service } at once. These are the ways to sign in that lead to your account:

    { $url }/account/sign-in

letter-test = Letters from { $service } arrive
letter-test-body =
    Whoever runs { $service } asked on { $at } whether its letters arrive at this address. This one did.

    There is nothing to do.
