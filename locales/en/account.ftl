# A person's own account.

account-title = Your account
account-tab-profile = Profile
account-tab-sessions = Sessions
account-saved = Saved.
account-save = Save profile

account-profile = Profile
account-profile-lead = You sign in as { $email }.
account-profile-lead-no-email = Nobody has confirmed an e-mail address of yours.
account-name = Name
account-name-help = Others see it in rooms. Leave it empty to be shown as your organisation gives your name.
account-language = Language
account-language-browser = As my browser asks
account-time-zone = Time zone
account-time-zone-help = Dates and times are shown in it.
account-time-zone-server = As the server is set
account-time-zone-server-named = As the server is set ({ $zone })
account-error-name = A name has at most 200 characters, in one line.
account-error-time-zone = Choose a time zone from the list.

account-rooms = New rooms
account-rooms-lead = Who may enter the rooms that you make, unless you say otherwise. Rooms that exist stay as they are.
account-rooms-save = Save for new rooms

sessions-title = Where you are signed in
sessions-lead = If you do not recognise one, end it and change your password, or tell your organisation.
sessions-column-device = Device
sessions-column-address = Address
sessions-column-began = Signed in
sessions-column-seen = Last used
sessions-column-end = End
sessions-this-one = This one
sessions-device = { $browser } on { $system }
sessions-device-unknown = Unknown device
sessions-through = Through { $provider }
sessions-with-password = With password
sessions-end = End
sessions-ended-one = The session has ended.
sessions-end-others = End all others
sessions-end-others-title = End all other sessions?
sessions-end-others-text = Every other browser that is signed in to your account has to sign in again. This one stays.
sessions-ended-others = All other sessions have ended.
