# The first page, signing in, the API reference.

home-title = Meeting rooms for people, and for the applications that help them
home-lead = For organisations that run their own service. People have rooms whose links last; calendars, helpdesks and other software create rooms on their behalf, within limits that you set.
home-link-title = Links that last
home-link-text = A room has one random address. It never changes, and it is never given to another room.
home-limits-title = Applications within limits
home-limits-text = Each holds only the rights and e-mail domains that you gave it. What you take away is refused at the next call, and every token and room is on record.
home-yours-title = Yours to run
home-yours-text = One program on your own machine, with SQLite or PostgreSQL. Nothing is loaded from elsewhere.
home-example-application = Team calendar
home-example-room = Tuesday meeting
home-hello = Hello, { $name }
home-more = See also
home-docs-text = How an application gets a token for a person and makes a room, in five minutes.

sign-in-title = Sign in
sign-in-email = E-mail address
sign-in-password = Password
sign-in-submit = Sign in

docs-title = API reference
docs-lead = For applications that act for people: every address, what it takes, and every answer.
docs-contents = On this page
docs-tour-title = In five minutes
docs-tour-lead = From nothing to a room that a person owns, with two calls.
docs-tour-register-title = Register the application
docs-tour-register-text = An administrator does it under “Applications”, or on the command line. You get a client id and a secret, which is shown this once.
docs-tour-token-title = Get a token for a person
docs-tour-token-text = Name her by her e-mail address, in “scope”. The token acts for her alone, and only within the rights of the application.
docs-tour-room-title = Make a room that she owns
docs-tour-room-text = Send people the “url” of the answer. It stays the same for as long as the room is there.
docs-tour-refusal-title = When you are refused
docs-tour-refusal-text = Each refusal carries one stable word, in the header Parloir-Error-Code or as “code” in the body. Decide by it, never by the sentence. The words are at the end of this page.
docs-example = Request
docs-answer = answer
docs-answers = Answers
docs-bodies = bodies of { $status }
docs-body = Body
docs-shape = Its shape:
docs-parameters = Parameters
docs-scope = Needs a token with
docs-optional = optional
docs-name = Name
docs-type = Type
docs-meaning = Meaning
docs-code = Code
docs-shapes-title = Shapes
docs-shapes-text = What stands in bodies, by name.
docs-errors-title = Error codes
docs-errors-text = Once published, a code never changes.

error-invalid-credentials-text = This e-mail address and password do not belong together. Check both and try again.
error-account-disabled-text = This account is disabled. Ask whoever looks after this service.
