# The pages that say that something did not work: what happened, and what to do.

error-bad-request-title = We could not read that
error-bad-request-text = Something in the request is missing or has the wrong form. Go back, check what you entered and try again.
error-forbidden-title = You may not do this
error-forbidden-text = Your account does not have the right to see or change this. If you think it should, ask whoever looks after this service.
error-cross-site-title = This came from somewhere else
error-cross-site-text = For your safety we act only on forms sent from our own pages. Open the page again here and repeat what you did.
error-not-found-title = There is nothing here
error-not-found-text = The address may be mistyped, or what was here has been removed. Check the link, or start again from the first page.
error-method-title = This address is not meant for that
error-method-text = It exists, but does not answer this kind of request. Start again from the first page.
error-too-large-title = That is too much at once
error-too-large-text = What you sent is larger than this page accepts. Shorten it and try again.
error-too-many-title = Too many attempts
error-too-many-text = Wait a few minutes, then try again.
error-internal-title = Something went wrong on our side
error-internal-text = It is not your doing, and nothing was changed. Try again in a moment. If it happens again, tell whoever looks after this service and give them the reference below.
error-unavailable-title = We cannot answer just now
error-unavailable-text = The service is starting, stopping or very busy. Try again in a minute.
error-home = Go to the first page
error-reference = Reference to quote:
