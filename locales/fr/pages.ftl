# La première page, la connexion, la référence de l’API.

home-title = Des salles de réunion pour les personnes, et pour les applications qui les aident
home-lead = Pour les organisations qui hébergent leur propre service. Les personnes ont des salles aux liens durables ; agendas, outils d’assistance et autres logiciels en créent en leur nom, dans les limites que vous fixez.
home-link-title = Des liens durables
home-link-text = Une salle a une seule adresse, aléatoire. Elle ne change jamais et n’est jamais attribuée à une autre salle.
home-limits-title = Des applications encadrées
home-limits-text = Chacune n’a que les autorisations et les domaines de messagerie que vous lui avez donnés. Ce que vous retirez est refusé dès l’appel suivant, et chaque jeton, chaque salle est consigné.
home-yours-title = Hébergé chez vous
home-yours-text = Un seul programme sur votre machine, avec SQLite ou PostgreSQL. Rien n’est chargé d’ailleurs.
home-example-application = Agenda partagé
home-example-room = Réunion du mardi
home-hello = Bonjour, { $name }
home-more = À voir aussi
home-docs-text = Comment une application obtient un jeton pour une personne et crée une salle, en cinq minutes.

sign-in-title = Connexion
sign-in-email = Adresse électronique
sign-in-password = Mot de passe
sign-in-submit = Se connecter

docs-title = Référence de l’API
docs-lead = Pour les applications qui agissent pour des personnes : chaque adresse, ce qu’elle prend, et toutes ses réponses.
docs-contents = Sur cette page
docs-tour-title = En cinq minutes
docs-tour-lead = De rien à une salle dont une personne est propriétaire, en deux appels.
docs-tour-register-title = Déclarer l’application
docs-tour-register-text = Un administrateur le fait sous « Applications », ou en ligne de commande. Vous obtenez un identifiant client et un secret, affiché cette seule fois.
docs-tour-token-title = Obtenir un jeton pour une personne
docs-tour-token-text = Désignez-la par son adresse électronique, dans « scope ». Le jeton n’agit que pour elle, et seulement dans les limites des autorisations de l’application.
docs-tour-room-title = Créer une salle dont elle est propriétaire
docs-tour-room-text = Envoyez aux personnes l’adresse « url » de la réponse. Elle reste la même tant que la salle existe.
docs-tour-refusal-title = En cas de refus
docs-tour-refusal-text = Chaque refus porte un mot stable, dans l’en-tête Parloir-Error-Code ou comme « code » dans le corps. Décidez d’après lui, jamais d’après la phrase. Ces mots sont à la fin de cette page.
docs-example = Requête
docs-answer = réponse
docs-answers = Réponses
docs-bodies = corps de { $status }
docs-body = Corps
docs-shape = Sa forme :
docs-parameters = Paramètres
docs-scope = Demande un jeton avec
docs-optional = facultatif
docs-name = Nom
docs-type = Type
docs-meaning = Signification
docs-code = Code
docs-shapes-title = Formes
docs-shapes-text = Ce que contiennent les corps, par nom.
docs-errors-title = Codes d’erreur
docs-errors-text = Une fois publié, un code ne change jamais.

error-invalid-credentials-text = Cette adresse électronique et ce mot de passe ne vont pas ensemble. Vérifiez les deux et réessayez.
error-account-disabled-text = Ce compte est désactivé. Adressez-vous à la personne qui gère ce service.
