# Le droit d’utiliser le service.

no-access-title = Vous n’avez pas encore accès
no-access-not-activated = Vous êtes connecté, mais votre organisation n’a pas activé ce service.
no-access-not-activated-named = Vous êtes connecté, mais { $organisation } n’a pas activé ce service.
no-access-no-organisation = Vous êtes connecté, mais votre organisation n’est pas enregistrée pour ce service.
no-access-not-signed-in = Ce service est réservé aux personnes dont l’organisation l’a activé, et nous ne connaissons pas la vôtre. Déconnectez-vous, puis reconnectez-vous avec le bouton du service de connexion de votre organisation.
no-access-no-email = Vous êtes connecté, mais le service de connexion de votre organisation ne nous donne pas votre adresse électronique. Sans elle, nous ne pouvons pas savoir si vous pouvez utiliser ce service.
no-access-other = Vous êtes connecté, mais ce service n’est pas ouvert à votre compte.
no-access-other-named = Vous êtes connecté, mais { $organisation } n’a pas ouvert ce service à votre compte.
no-access-operators-title = Qui peut l’activer
no-access-operators-lead = Ces opérateurs fournissent le service à votre organisation. Adressez-leur la demande, ou transmettez-la à la personne qui décide chez vous.
no-access-ask = Faire la demande
no-access-ask-operator = Faire la demande à { $operator }
no-access-remains-title = Ce que vous pouvez déjà faire
no-access-remains-text = Vous pouvez rejoindre les salles où l’on vous invite, et utiliser celles que vous avez. Vous ne pouvez pas en créer de nouvelles.
no-access-as = Connecté en tant que { $person }.
no-access-rooms = Mes salles
no-access-check = Vérifier à nouveau
no-access-checking = Vérification…
no-access-granted = Vous avez maintenant accès.
no-access-still-denied = Nous venons de vérifier : vous n’avez pas encore accès.
no-access-still-unknown = Nous venons d’essayer : il n’y a toujours pas de réponse.
no-access-too-often = Vous venez de vérifier plusieurs fois. Réessayez dans { $seconds ->
    [one] une seconde
   *[other] { $seconds } secondes
}.
no-access-unknown-title = Nous ne pouvons pas vérifier votre accès pour l’instant
no-access-unknown-lead = Le service qui nous dit qui peut créer des salles ne répond pas. Cette page réessaie d’elle-même dans { $seconds ->
    [one] une seconde
   *[other] { $seconds } secondes
}.
no-access-banner = Vous ne pouvez pas encore créer de salles.
no-access-why = Voir pourquoi
