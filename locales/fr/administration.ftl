# Le journal et les personnes, pour les administrateurs.

audit-title = Journal
audit-lead = Ce qui s’est passé, qui l’a fait, et pour qui.
audit-export-csv = Exporter en CSV
audit-export-jsonl = Exporter en lignes JSON
audit-person = Personne : adresse électronique ou identifiant
audit-application = Application
audit-action = Action
audit-any = Toutes
audit-all-of = { $object }* (tout)
audit-since = Du
audit-until = Au
audit-room = Salle
audit-token = Jeton
audit-error-person = Aucun compte n’a cette adresse ni cet identifiant.
audit-error-application = Cette application n’existe pas.
audit-error-action = Cette action n’existe pas.
audit-error-moment = Ce n’est pas une date avec une heure.
audit-error-id = Ce n’est pas un identifiant.
audit-empty = Il ne s’est encore rien passé
audit-nothing = Rien de tel ne s’est passé
audit-wrong = La recherche n’a pas pu se faire
audit-nothing-text = Changez votre demande, ou affichez tout.
audit-nothing-yet = Rien de tel jusqu’ici
audit-searched-to = Les événements sont très nombreux. Recherche faite depuis :
audit-search-on = Chercher plus loin
audit-column-when = Quand
audit-column-what = Quoi
audit-column-who = Qui
audit-column-for = Pour
audit-column-application = Application
audit-column-from = Depuis l’adresse
audit-times = { $count } fois
audit-operator = Exploitant
audit-anonymous = Inconnu
audit-deleted-person = Personne supprimée
audit-deleted-application = Application supprimée
audit-exact = Heure exacte
audit-request = Requête
audit-count = Combien de fois
audit-count-minute = { $count ->
    [one] { $count } fois dans cette minute
   *[other] { $count } fois dans cette minute
}
audit-all-of-it = Tous ses événements
audit-change = Ce qui a changé
audit-part = Élément
audit-before = Avant
audit-after = Après
audit-details = Détails

people-title = Personnes
people-lead = Toutes les personnes qui ont un compte ici, les plus récentes d’abord.
people-requests = { $count ->
    [0] Demandes de connexion
   *[other] Demandes de connexion ({ $count })
}
people-search = Nom ou adresse électronique
people-any-status = Tous les états
people-any-role = Tous les rôles
people-column-name = Nom
people-column-state = État
people-column-role = Rôle
people-column-made = Création
people-active = Actif
people-pending = Pas encore venue
people-disabled = Désactivé
people-user = Sans droit d’administration
people-nobody = Personne n’a été trouvé
people-nobody-text = Les personnes se trouvent par le début de leurs noms et de leurs adresses électroniques.

person-trail = Ce qui s’est passé
person-email = Adresse électronique
person-email-confirmed = confirmée
person-email-expected = attendue : la personne n’est pas encore venue
person-email-claimed = non confirmée
person-email-none = aucune
person-rooms = Salles
person-rooms-count = { $count ->
    [0] n’en possède aucune
    [one] en possède { $count }
   *[other] en possède { $count }
}
person-id = Identifiant
person-sessions = Connexions
person-sessions-none = Connectée nulle part.
person-end-sessions = Fermer toutes les sessions
person-end-sessions-title = Fermer toutes les sessions ?
person-end-sessions-text = Chaque navigateur où cette personne est connectée est déconnecté aussitôt. Elle peut se reconnecter.
person-session-ended = La session est fermée.
person-sessions-ended = { $count ->
    [0] Il n’y avait aucune session à fermer.
    [one] La session est fermée.
   *[other] { $count } sessions sont fermées.
}
person-ways-in = Moyens de connexion
person-has-password = Se connecte avec un mot de passe.
person-no-way-in = Aucun : cette personne n’a ni mot de passe, ni identité chez un fournisseur.
person-provider = Fournisseur
person-subject = Connue là-bas comme
person-used = Dernière utilisation
person-unlink = Dissocier
person-unlink-title = Dissocier cette identité ?
person-unlink-text = La personne ne peut plus se connecter avec elle, et les sessions ouvertes ainsi se ferment.
person-unlinked = L’identité est dissociée.
person-last-way-in = C’est le dernier moyen de connexion. Il peut être dissocié quand le compte est désactivé, ou en a un autre.
person-applications = Applications
person-applications-none = Aucune application n’a agi récemment pour cette personne.
person-application = Application
person-acted = Dernière action
person-grant = Donner l’administration
person-grant-title = Donner l’administration à { $name } ?
person-grant-text = Les administrateurs voient tout ce qui se passe, et peuvent modifier les applications et les personnes.
person-granted = Cette personne est désormais administratrice.
person-revoke = Retirer l’administration
person-revoke-title = Retirer l’administration à { $name } ?
person-revoke-text = Le compte reste ; les pages d’administration lui sont fermées.
person-revoked = Cette personne n’est plus administratrice.
person-disable = Désactiver le compte
person-disable-title = Désactiver le compte de { $name } ?
person-disable-text = Personne ne peut se connecter avec lui, ses sessions se ferment, et aucune application ne peut agir pour cette personne. Vous pourrez le réactiver.
person-disabled = Le compte est désactivé.
person-enable = Réactiver le compte
person-enabled = Le compte est réactivé.
person-is-disabled = Ce compte est désactivé. Personne ne peut se connecter avec lui, et aucune application ne peut agir pour sa personne.
