# Applications, pour les administrateurs.

applications-title = Applications
applications-lead = Les autres logiciels autorisés à agir ici pour des personnes, dans les limites que vous fixez.
applications-new = Nouvelle application
applications-empty-text = Déclarez un agenda, un outil d’assistance ou tout autre logiciel qui doit créer des salles pour des personnes.
applications-column-name = Nom
applications-column-may = Autorisations
applications-column-for = Pour les personnes de
applications-column-state = État
applications-column-made = Création
applications-active = Active
applications-disabled-state = Désactivée
applications-nobody = personne pour l’instant
applications-everybody-warning = Peut agir pour tout le monde

applications-new-title = Nouvelle application
applications-new-lead = Elle reçoit un identifiant et un secret, qui vous est montré une seule fois.
applications-name = Nom
applications-name-help = Les personnes le voient à côté de ce que l’application a créé pour elles.
applications-scopes = Ce qu’elle peut faire
applications-scopes-help = Seulement pour les personnes des domaines ci-dessous, et jamais plus que ce qu’elles peuvent faire elles-mêmes.
applications-domains = Domaines de messagerie
applications-domains-help = Un par ligne, par exemple example.org. Sans domaine, elle ne peut agir pour personne.
applications-all-domains = Tous les domaines
applications-all-domains-help = Elle peut alors agir pour tout le monde, vous compris.
applications-allow-user-creation = Comptes pour les personnes jamais connectées
applications-allow-user-creation-help = Elle peut créer des salles pour une adresse avant la première venue de la personne.
applications-create = Créer l’application
applications-error-name = Saisissez un nom de 1 à 255 caractères.
applications-error-scope = L’une de ces autorisations est inconnue. Choisissez à nouveau.
applications-error-domain = « { $domain } » n’est pas un domaine. Écrivez-le comme example.org.

applications-may = Peut { $deeds } pour les personnes de { $domains } ; ne voit rien d’autre.
applications-may-for-everyone = Peut { $deeds } pour tout le monde ; ne voit rien d’autre.
applications-may-for-nobody = Peut { $deeds }, mais pour personne : elle n’a aucun domaine de messagerie.
applications-may-nothing = Ne peut rien faire : elle n’a aucune autorisation.
applications-and = { $first } et { $last }

applications-secret-title = Le secret de cette application
applications-secret = Secret
applications-client-id = Identifiant client
applications-try = Essayez : un jeton pour une personne (remplacez l’adresse par celle d’un domaine autorisé)
applications-secrets = Secrets
applications-secret-column-prefix = Commence par
applications-secret-column-made = Création
applications-secret-column-end = Fin
applications-secret-no-end = à son remplacement
applications-user-creation = Comptes pour les nouveaux venus
applications-yes = Oui
applications-no = Non
applications-made = Création
applications-disable = Désactiver l’application
applications-disable-title = Désactiver « { $name } » ?
applications-disable-text = Elle n’obtient plus de jeton, et ceux qu’elle a cessent aussitôt de fonctionner. Vous pourrez la réactiver.
applications-enable = Activer l’application
applications-enabled = L’application est active.
applications-disabled = L’application est désactivée. Ses jetons ne fonctionnent plus.
