# La connexion par le fournisseur d’une organisation, et une adresse qui est celle d’un autre compte.

sign-in-with = Se connecter avec { $provider }
sign-in-or = ou avec un mot de passe
sign-in-down = { $provider } ne répond pas pour l’instant. Vous pouvez tout de même essayer.

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
