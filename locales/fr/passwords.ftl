# Les liens qui permettent de choisir un mot de passe : invitations, et mots de passe oubliés.

link-password = Choisissez un mot de passe
link-password-help = Au moins 8 caractères. Quelques mots que personne d’autre ne penserait à réunir conviennent bien.
link-error-length = Un mot de passe compte entre 8 et 1 024 caractères.

invitation-title = Votre invitation
invitation-lead = Choisissez un mot de passe, et votre compte est prêt.
invitation-accept = Ouvrir mon compte
invitation-accepted = Bienvenue. Votre compte est prêt.
invitation-over-text = L’invitation a servi, a été remplacée par une plus récente ou a plus d’une semaine, ou le compte a déjà un moyen de connexion. Demandez-en une nouvelle, ou connectez-vous.

reset-forgotten = Mot de passe oublié ?
reset-ask-title = Mot de passe oublié ?
reset-ask-lead = Nous vous envoyons un lien pour en choisir un autre.
reset-ask = Envoyer le lien
reset-asked = S’il existe un compte avec cette adresse et un mot de passe, un message est en route. Le lien qu’il contient fonctionne pendant une heure.
reset-error-email = Écrivez une adresse électronique, comme ada@example.org.
reset-title = Choisissez un autre mot de passe
reset-lead = Toutes les sessions ouvertes sur ce compte sont fermées, et ses jetons d’accès prennent fin.
reset-choose = Changer le mot de passe
reset-done = Votre mot de passe est changé, et votre session est ouverte.
reset-over-text = Le lien a servi, a été remplacé par un plus récent ou a plus d’une heure, ou le mot de passe a changé depuis.
reset-over-text-no-mail = Le lien a servi, a été remplacé par un plus récent ou a plus d’une heure, ou le mot de passe a changé depuis. Demandez-en un nouveau à la personne qui vous l’a donné.
reset-ask-again = Demander un nouveau lien

link-over-title = Ce lien n’est plus valable
link-over-sign-in = Se connecter
link-somebody-else = Dans ce navigateur, une session est ouverte au nom de { $name }. Continuer y met fin.

invite-title = Inviter une personne
invite-lead = Elle reçoit un compte et un lien pour choisir son mot de passe.
invite-email-help = Vous répondez que c’est la sienne : le compte est connu par elle.
invite-name-help = Elle pourra le changer.
invite-deed = Inviter
invite-remarks = Avant d’inviter
invite-remark-mail = Le lien est envoyé par courriel ; il sert une fois, dans les sept jours.
invite-remark-link = Ce serveur n’envoie pas de courriel : le lien vous est montré une fois, à vous de le transmettre. Il sert une fois, dans les sept jours.
invite-remark-provider = Qui se connecte par le fournisseur d’une organisation n’a pas besoin d’invitation.
invite-error-disabled = Le compte qui porte cette adresse est désactivé. Réactivez-le d’abord.
invite-mailed = L’invitation est en route.
invite-again = Envoyer une nouvelle invitation
invite-link-title = L’invitation
invite-link = Lien
invite-link-text = Ne le transmettez qu’à cette personne : qui l’ouvre en premier choisit le mot de passe. Il sert une fois, dans les sept jours.
