# Tout ce qui est conservé d’une personne, la fin de son compte, et deux comptes qui n’en font plus qu’un.

account-tab-data = Vos données

data-confirm-title = Confirmez d’abord que c’est vous
data-confirm-text = Votre connexion date un peu. Montrez que c’est bien vous pour télécharger vos données ou supprimer votre compte.

data-download-title = Télécharger vos données
data-download-lead = Tout ce que nous conservons de vous dans un fichier JSON : votre compte, comment et d’où vous vous êtes connecté, vos salles, vos jetons sans leurs secrets, et ce qui a été fait par vous ou pour vous.
data-download = Télécharger

data-delete-title = Supprimer votre compte
data-delete-lead = Votre compte, vos sessions et vos jetons disparaissent aussitôt et pour toujours. Si vous vous reconnectez plus tard, vous aurez un nouveau compte, vide.
data-delete-lead-rooms = { $count ->
    [one] Vous êtes seul propriétaire d’une salle. Dites d’abord ce qu’elle devient : rien n’est supprimé avant. Ensuite votre compte, vos sessions et vos jetons disparaissent aussitôt et pour toujours.
   *[other] Vous êtes seul propriétaire de { $count } salles. Dites d’abord ce que chacune devient : rien n’est supprimé avant. Ensuite votre compte, vos sessions et vos jetons disparaissent aussitôt et pour toujours.
}
data-fate = Que devient « { $room } » ?
data-fate-choose = Choisissez…
data-fate-member = Elle passe à { $name }
data-fate-address = Elle passe à une autre personne, par son adresse électronique
data-fate-delete = Elle est supprimée
data-heir = Nouveau propriétaire de « { $room } »
data-heir-help = L’adresse électronique d’une personne qui a un compte ici. Seulement si la salle lui revient.
data-delete = Supprimer mon compte
data-deleted = Votre compte est supprimé.
data-error-confirm = Ce n’est pas l’adresse du compte.
data-error-fate = Choisissez ce que devient cette salle.
data-error-address = Écrivez une adresse électronique, comme nom@example.org.
data-error-heir = Une salle ne peut revenir qu’à une autre personne qui a un compte actif ici. L’une au moins de ces personnes n’en a pas.
data-error-rooms = Des salles n’ont pas d’autre propriétaire. Dites ce que chacune devient.

person-delete = Supprimer le compte
person-delete-title = Supprimer le compte de { $name } ?
person-delete-text = Le compte, ses sessions et ses jetons disparaissent pour toujours. Dites ce que deviennent les salles dont cette personne est seule propriétaire.
person-delete-fate = Salles sans autre propriétaire
person-delete-fate-none = Il n’y en a pas
person-delete-fate-address = Toutes passent à une personne
person-delete-fate-delete = Toutes sont supprimées
person-delete-heir = Nouveau propriétaire
person-deleted = Le compte est supprimé.

person-merge = Fusionner avec un autre compte
person-merge-text = Si cette personne a deux comptes, ils n’en font plus qu’un. Vous voyez d’abord ce qui en résulte.
merge-title = Fusionner { $name } avec un autre compte
merge-lead = Ce compte disparaît, l’autre reste. Trouvez celui qui reste par son adresse électronique ou son identifiant.
merge-search = Adresse électronique ou identifiant du compte qui reste
merge-what = Ce qui se passe
merge-goes = Le compte qui disparaît
merge-stays = Le compte qui reste
merge-column-what = Quoi
merge-moved = Passe
merge-ended = Prend fin
merge-none = Il n’y a rien à transférer.
merge-what-rooms = Rôles dans des salles : le plus fort compte
merge-what-made = Salles que la personne a créées
merge-what-identities = Moyens de connexion par un fournisseur
merge-what-managed = Applications que la personne gère
merge-what-requests = Demandes en attente
merge-what-defaults = Réglages des nouvelles salles
merge-what-sessions = Sessions qui prennent fin
merge-what-tokens = Jetons personnels qui prennent fin
merge-what-letters = Messages en cours d’envoi
merge-address-freed = { $email } est de nouveau libre : les applications ne trouvent personne à cette adresse.
merge-address-taken = { $email } devient l’adresse du compte qui reste, qui n’en a pas.
merge-password-dropped = Le mot de passe du compte qui disparaît n’ouvre plus rien. Celui de l’autre compte reste tel quel ; il n’en reçoit pas.
merge-role-dropped = Le compte qui disparaît est celui d’un administrateur. L’autre compte ne le devient pas.
merge-tokens = Les jetons que des applications ont pour le compte qui disparaît cessent de fonctionner.
merge-confirm-first = Pour fusionner, confirmez d’abord que c’est vous.
merge-type-from = Saisissez « { $name } », le compte qui disparaît
merge-type-into = Saisissez « { $name } », le compte qui reste
merge-deed = Fusionner
merge-done = Les deux comptes n’en font plus qu’un.
merge-error-confirm = Ce n’est pas l’adresse de ce compte.
merge-error-same = Un compte ne peut pas être fusionné avec lui-même.
merge-error-state = Aucun des deux comptes ne doit être désactivé, et quelqu’un doit être venu à celui qui reste.
