# Whether a person may use the service.

no-access-title = You have no access yet
no-access-not-activated = You are signed in, but your organisation has not activated this service.
no-access-not-activated-named = You are signed in, but { $organisation } has not activated this service.
no-access-no-organisation = You are signed in, but your organisation is not registered for this service.
no-access-not-signed-in = This service is for people whose organisation has activated it, and we do not know yours. Sign out, then sign in with the button of your organisation’s sign-in service.
no-access-no-email = You are signed in, but your organisation’s sign-in service gives us no e-mail address of yours, and without one we cannot find out whether you may use this service.
no-access-other = You are signed in, but this service is not open to your account.
no-access-other-named = You are signed in, but { $organisation } has not opened this service to your account.
no-access-operators-title = Who can activate it
no-access-operators-lead = These operators provide the service for your organisation. Send them the request, or forward it to whoever decides at yours.
no-access-ask = Ask for it
no-access-ask-operator = Ask { $operator } for it
no-access-remains-title = What you can do now
no-access-remains-text = You can join rooms that others invite you to, and use those that you have. You cannot make new ones.
no-access-as = Signed in as { $person }.
no-access-rooms = My rooms
no-access-check = Check again
no-access-checking = Checking…
no-access-granted = You have access now.
no-access-still-denied = We have just checked: you have no access yet.
no-access-still-unknown = We have just tried: there is still no answer.
no-access-too-often = You have checked several times just now. Try again in { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
}.
no-access-unknown-title = We cannot check your access just now
no-access-unknown-lead = The service that tells us who may make rooms does not answer. This page tries again by itself in { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
}.
no-access-banner = You cannot make new rooms yet.
no-access-why = See why
