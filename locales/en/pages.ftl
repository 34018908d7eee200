# The first page, signing in, the API reference.

home-title = Meet, and let your applications prepare the meeting
home-lead = Rooms with lasting links for your people. Calendars, helpdesks and other software can create them on their behalf, within limits that everyone can read.
home-to-rooms = Go to my rooms
home-for-people-title = For people
home-for-people-text = Make a room, send its link, meet. You always see who made a room for you.
home-for-applications-title = For applications
home-for-applications-text = One call for a token, one call for a room. The API reference tells the rest in five minutes.

sign-in-title = Sign in
sign-in-email = E-mail address
sign-in-password = Password
sign-in-submit = Sign in

docs-title = API reference
docs-lead = Every address, what it takes and what it answers. The same for programs: openapi.json.
docs-try-title = In two calls
docs-errors-title = Error codes
docs-errors-text = Every refusal carries one of these words, in the header Parloir-Error-Code or as “code” in the body. They never change.
docs-request = Takes
docs-answers = Answers
docs-fields = Fields
docs-parameters = Parameters
docs-scope = Needs the scope
docs-optional = optional
docs-code = Code
docs-meaning = Meaning
docs-shapes-title = Shapes

error-invalid-credentials-text = This e-mail address and password do not belong together. Check both and try again.
error-account-disabled-text = This account is disabled. Ask whoever looks after this service.
