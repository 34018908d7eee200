# La connexion par le fournisseur d’une organisation, et une adresse qui est celle d’un autre compte.

sign-in-with = Se connecter avec { $provider }
sign-in-or = ou avec un mot de passe
sign-in-down = { $provider } ne répond pas pour l’instant. Vous pouvez tout de même essayer.

confirm-title = Confirmez que c’est bien vous
confirm-lead = Vous allez donner des droits à quelqu’un ou faire un geste sans retour. Montrez encore une fois qui vous êtes : cela ne vous sera plus demandé pendant dix minutes.
confirm-with = Confirmer avec { $provider }
confirm-or = ou avec votre mot de passe
confirm-submit = Confirmer
confirm-done = Merci. Vous pouvez continuer.
confirm-no-way = Ce compte n’a ni mot de passe ni service de connexion qui puisse le confirmer. Adressez-vous à la personne qui s’occupe de ce service.
confirm-error-password = Ce n’est pas le mot de passe de ce compte.
confirm-error-another = Vous y êtes connecté en tant que quelqu’un d’autre. Rien n’a changé ici : connectez-vous là-bas avec votre propre compte, puis réessayez.
confirm-error-cancelled = Vous avez annulé, ou le service de connexion a refusé. Rien n’a changé.
confirm-error-expired = Cela a pris trop de temps, ou a commencé dans un autre navigateur. Réessayez.
confirm-error-not-asked = Le service de connexion ne vous a pas demandé qui vous êtes : cela ne prouve rien. Déconnectez-vous là-bas, ou choisissez un autre moyen.
confirm-error-down = Le service de connexion ne répond pas pour l’instant. Réessayez dans une minute, ou choisissez un autre moyen.
confirm-error-weak = Le service de connexion n’a pas vérifié assez fortement qui vous êtes. Réessayez avec un second facteur.
confirm-error-provider = La réponse du service de connexion ne peut pas être acceptée. Rien n’a changé. Réessayez, ou choisissez un autre moyen.

conflict-title = Un compte existe déjà avec cette adresse
conflict-lead = Vous venez de vous connecter avec { $provider } en tant que { $email }. Montrez que le compte qui porte cette adresse est le vôtre : les deux manières de se connecter y mèneront.
conflict-lead-plain = Vous venez de vous connecter avec { $provider }. Montrez que le compte qui porte votre adresse est le vôtre : les deux manières de se connecter y mèneront.
conflict-old-way-title = Connectez-vous comme avant
conflict-old-way-text = Une fois la connexion faite, confirmez sur cette page. Les deux manières fonctionneront ensuite.
conflict-old-way = Se connecter comme avant
conflict-join-title = Ce compte est le vôtre
conflict-join-text = Votre session est ouverte sur ce compte. Associez-le à { $provider } : les deux manières fonctionneront ensuite.
conflict-join = Associer les deux
conflict-joined = Les deux manières de se connecter mènent désormais à ce compte.
conflict-other-title = Vous utilisez un autre compte
conflict-other-text = Déconnectez-vous d’abord, puis connectez-vous au compte qui porte cette adresse.
conflict-ask-title = Demandez à l’administration
conflict-ask-text = Si vous ne pouvez plus vous connecter comme avant, une personne chargée de l’administration peut trancher. Elle verra votre nom et votre adresse tels que { $provider } les donne.
conflict-ask = Demander à l’administration
conflict-asked-title = Votre demande est transmise
conflict-asked = Une fois la décision prise, reconnectez-vous avec { $provider }.
conflict-none-title = Il n’y a rien à décider
conflict-none-text = La question posée ici est réglée, ou trop ancienne. Reconnectez-vous.

requests-title = Demandes de connexion
requests-lead = Ces personnes sont passées par un fournisseur avec une adresse qui est déjà celle d’un compte. N’associez que ce que vous savez être la même personne.
requests-empty = Personne n’attend de décision
requests-empty-text = Les personnes qui passent par un fournisseur avec une adresse qui est déjà celle d’un compte, et qui vous demandent de trancher, apparaissent ici.
requests-column-who = Personne
requests-column-through = Fournisseur
requests-column-account = Compte existant
requests-column-asked = Demande
requests-column-decide = Décision
requests-join = Associer
requests-refuse = Refuser
requests-joined = L’association est faite. La personne peut désormais se connecter par ce fournisseur.
requests-refused = La demande est refusée. Rien n’a été associé.
requests-gone = Cette demande est déjà réglée, ou trop ancienne.
requests-administrator = Administration
requests-disabled = Désactivé
