# Les jetons que les personnes créent pour elles-mêmes.

tokens-title = Jetons d’accès
tokens-lead = Qui détient l’un de ces jetons peut agir en votre nom, dans ses limites. Révoquez ceux dont vous n’avez plus besoin.
tokens-list = Vos jetons
tokens-column-name = Nom
tokens-column-may = Peut
tokens-column-used = Dernière utilisation
tokens-column-end = Fin
tokens-never-used = Jamais
tokens-ended = Expiré
tokens-ends-with-sign-in = Avec votre session
tokens-of-front-end = Connexion depuis un autre site
tokens-revoke = Révoquer
tokens-revoke-title = Révoquer { $name } ?
tokens-revoke-text = Ce qui l’utilise cesse aussitôt de fonctionner. C’est définitif.
tokens-revoked = Le jeton est révoqué.
tokens-new = Nouveau jeton
tokens-new-lead = Pour vos propres programmes. Un jeton peut ce que vous pouvez, dans la limite de ce que vous lui permettez ici : donnez-lui aussi peu que nécessaire.
tokens-name = Nom
tokens-name-help = À quoi il sert : « Script de sauvegarde ».
tokens-scopes = Il peut
tokens-end = Il fonctionne pendant
tokens-days = { $count ->
    [one] 1 jour
   *[other] { $count } jours
}
tokens-create = Créer le jeton
tokens-confirm-text = Votre connexion date un peu. Montrez que c’est bien vous pour créer un jeton.
tokens-confirm = Confirmer que c’est vous
tokens-secret-title = Votre nouveau jeton
tokens-secret = Jeton
tokens-try = Essayez-le
tokens-error-name = Donnez-lui un nom de 100 caractères au plus.
tokens-error-scopes = Permettez-lui au moins une chose.
tokens-error-end = Choisissez combien de temps il fonctionne.
tokens-error-too-many = Vous avez 50 jetons. Révoquez-en un dont vous n’avez plus besoin.
