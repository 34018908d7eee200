# Salles : la liste de la personne, en créer une, la page d’une salle.

rooms-title = Mes salles
rooms-lead = Les salles dont vous êtes propriétaire, administrateur ou membre.
rooms-new = Nouvelle salle
rooms-start-now = Démarrer maintenant
rooms-search = Rechercher par nom ou par lien
rooms-empty-title = Aucune salle pour l’instant
rooms-empty-text = Une salle est une adresse durable pour se réunir. Créez-en une et envoyez son lien, ou laissez une application le faire pour vous.
rooms-nothing-found-title = Aucune salle ne correspond à « { $text } »
rooms-nothing-found-text = Essayez avec une partie plus courte du nom ou du lien.
rooms-show-all = Afficher toutes les salles
rooms-latest = Dernières salles
rooms-column-name = Nom
rooms-column-link = Lien
rooms-column-access = Qui peut entrer
rooms-column-role = Votre rôle
rooms-column-made = Création

rooms-made-by-application = créée par { $application }
rooms-made-by-you = créée par vous
rooms-made-by-person = créée par { $person }
rooms-made-by-somebody = créée par une personne qui n’est plus là

rooms-role-member = Membre
rooms-role-administrator = Administrateur
rooms-role-owner = Propriétaire

rooms-access-public = Toute personne ayant le lien
rooms-access-trusted = Personnes connectées
rooms-access-restricted = Membres seulement
rooms-access-public-help = Toute personne qui a le lien entre directement.
rooms-access-trusted-help = Les personnes connectées entrent directement ; les autres patientent dans la salle d’attente.
rooms-access-restricted-help = Seules les personnes ayant un rôle entrent directement ; les autres patientent dans la salle d’attente.

rooms-new-title = Nouvelle salle
rooms-new-lead = Elle reçoit un lien aléatoire, qui reste le même si vous changez son nom.
rooms-new-remarks = Bon à savoir
rooms-new-remark-link = Le lien fonctionne dès que la salle existe. Il est aléatoire : personne ne tombe dessus par hasard.
rooms-new-remark-owner = Vous en êtes propriétaire : vous pouvez la renommer et la supprimer.
rooms-new-remark-applications = Une application n’agit pour vous que si un administrateur l’a permis. Vos salles disent qui les a créées.
rooms-name = Nom
rooms-name-help = Tel qu’il apparaît dans votre liste, par exemple « Réunion du mardi ».
rooms-access = Qui peut entrer
rooms-create = Créer la salle
rooms-error-name = Saisissez un nom de 1 à 500 caractères.
rooms-error-access-level = Choisissez qui peut entrer.

rooms-created = La salle est prête. Envoyez son lien aux personnes que vous souhaitez réunir.
rooms-renamed = La salle porte son nouveau nom.
rooms-deleted = La salle est supprimée. Son lien ne mène plus nulle part.

rooms-link = Lien
rooms-created-at = Création
rooms-settings = Paramètres
rooms-rename = Renommer la salle
rooms-delete = Supprimer la salle
rooms-delete-title = Supprimer « { $name } » ?
rooms-delete-text = Son lien cessera de fonctionner pour tout le monde et ne sera jamais réattribué. Cette action est définitive.
rooms-restricted-title = Une salle réservée à ses membres
rooms-restricted-text = Cette salle existe, mais seuls ses membres peuvent la voir. Si vous pensez en faire partie, adressez-vous à la personne qui vous a envoyé le lien.
rooms-sign-in-text = Les membres se connectent pour entrer.
rooms-you-have-no-role = Vous n’avez pas de rôle dans cette salle.
