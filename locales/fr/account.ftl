# Le compte de la personne elle-même.

account-title = Votre compte
account-tab-profile = Profil
account-tab-sessions = Sessions
account-saved = C’est enregistré.
account-save = Enregistrer le profil

account-profile = Profil
account-profile-lead = Vous vous connectez en tant que { $email }.
account-profile-lead-no-email = Personne n’a confirmé d’adresse électronique pour vous.
account-name = Nom
account-name-help = Les autres le voient dans les salles. Laissez ce champ vide pour porter le nom que donne votre organisation.
account-language = Langue
account-language-browser = Celle que demande mon navigateur
account-time-zone = Fuseau horaire
account-time-zone-help = Les dates et les heures sont affichées dans ce fuseau.
account-time-zone-server = Celui du serveur
account-time-zone-server-named = Celui du serveur ({ $zone })
account-error-name = Un nom compte au plus 200 caractères, sur une ligne.
account-error-time-zone = Choisissez un fuseau horaire de la liste.

account-rooms = Nouvelles salles
account-rooms-lead = Qui peut entrer dans les salles que vous créez, sauf indication contraire. Les salles existantes restent telles quelles.
account-rooms-save = Enregistrer pour les nouvelles salles

sessions-title = Où vous êtes connecté
sessions-lead = Si vous n’en reconnaissez pas une, mettez-y fin et changez votre mot de passe, ou prévenez votre organisation.
sessions-column-device = Appareil
sessions-column-address = Adresse
sessions-column-began = Connexion
sessions-column-seen = Dernier usage
sessions-column-end = Fin
sessions-this-one = Celle-ci
sessions-device = { $browser } sous { $system }
sessions-device-unknown = Appareil inconnu
sessions-through = Par { $provider }
sessions-with-password = Par mot de passe
sessions-end = Mettre fin
sessions-ended-one = La session est terminée.
sessions-end-others = Mettre fin à toutes les autres
sessions-end-others-title = Mettre fin à toutes les autres sessions ?
sessions-end-others-text = Tous les autres navigateurs connectés à votre compte devront se reconnecter. Celui-ci reste connecté.
sessions-ended-others = Toutes les autres sessions sont terminées.
