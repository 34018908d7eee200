# La connexion par le fournisseur d’une organisation, et une adresse qui est celle d’un autre compte.

sign-in-with = Se connecter avec { $provider }
sign-in-or = ou avec un mot de passe
sign-in-down = { $provider } ne répond pas pour l’instant. Vous pouvez essayer quand même.

conflict-title = Cette adresse est déjà celle d’un compte
conflict-lead = Vous vous êtes connecté(e) avec { $provider } en tant que { $email }. Un compte porte déjà cette adresse ici, et nous ne le remettons pas sans preuve qu’il est le vôtre.
conflict-lead-plain = Vous vous êtes connecté(e) avec { $provider }. Un compte porte déjà votre adresse ici, et nous ne le remettons pas sans preuve qu’il est le vôtre.
conflict-old-way-title = Connectez-vous comme avant
conflict-old-way-text = Une fois que vous serez connecté(e) à l’ancienne manière, cette page réunira les deux ; l’une et l’autre fonctionneront ensuite.
conflict-old-way = Se connecter comme avant
conflict-join-title = Ce compte est le vôtre
conflict-join-text = Vous y êtes connecté(e). Réunissez-y votre connexion avec { $provider } ; l’une et l’autre fonctionneront ensuite.
conflict-join = Les réunir
conflict-joined = Les deux manières de se connecter mènent désormais à ce compte.
conflict-other-title = Vous êtes connecté(e) à un autre compte
conflict-other-text = Déconnectez-vous d’abord, puis connectez-vous au compte qui porte cette adresse.
conflict-ask-title = Demandez à l’administration
conflict-ask-text = Si vous ne pouvez plus vous connecter comme avant, une personne chargée de l’administration peut trancher. Elle verra votre nom et votre adresse tels que { $provider } les donne.
conflict-ask = Demander à l’administration
conflict-asked = Votre demande est transmise. Une fois la décision prise, reconnectez-vous avec { $provider }.
conflict-none-title = Il n’y a rien à décider
conflict-none-text = Ce qui était ici est réglé, ou trop ancien. Reconnectez-vous.

requests-title = Demandes de connexion
requests-lead = Des personnes connectées par un fournisseur et dont l’adresse est déjà celle d’un compte. Ne réunissez que ce que vous savez être la même personne.
requests-empty = Personne n’attend de décision.
requests-empty-text = Ici apparaît qui s’est connecté par un fournisseur avec une adresse déjà portée par un compte, et vous l’a demandé.
requests-column-who = Qui est venu
requests-column-through = Par
requests-column-account = À qui est l’adresse
requests-column-asked = Demandé
requests-column-decide = Décision
requests-join = Réunir
requests-refuse = Refuser
requests-joined = C’est réuni. La personne peut désormais se connecter par ce fournisseur.
requests-refused = C’est refusé. Rien n’a été réuni.
requests-gone = Cette demande est déjà réglée, ou trop ancienne.
requests-administrator = administration
requests-disabled = désactivé
