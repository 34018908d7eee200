# La première page, la connexion, la référence de l’API.

home-title = Réunissez-vous, et laissez vos applications préparer la réunion
home-lead = Des salles aux liens durables pour vos équipes. Agendas, outils d’assistance et autres logiciels peuvent les créer en leur nom, dans des limites que chacun peut lire.
home-to-rooms = Voir mes salles
home-for-people-title = Pour les personnes
home-for-people-text = Créez une salle, envoyez son lien, réunissez-vous. Vous voyez toujours qui a créé une salle pour vous.
home-for-applications-title = Pour les applications
home-for-applications-text = Un appel pour un jeton, un appel pour une salle. La référence de l’API explique le reste en cinq minutes.

sign-in-title = Connexion
sign-in-email = Adresse électronique
sign-in-password = Mot de passe
sign-in-submit = Se connecter

docs-title = Référence de l’API
docs-lead = Chaque adresse, ce qu’elle prend et ce qu’elle répond. La même chose pour les programmes : openapi.json.
docs-try-title = En deux appels
docs-errors-title = Codes d’erreur
docs-errors-text = Chaque refus porte l’un de ces mots, dans l’en-tête Parloir-Error-Code ou comme « code » dans le corps. Ils ne changent jamais.
docs-request = Prend
docs-answers = Répond
docs-fields = Champs
docs-parameters = Paramètres
docs-scope = Demande l’autorisation
docs-optional = facultatif
docs-code = Code
docs-meaning = Signification
docs-shapes-title = Formes

error-invalid-credentials-text = Cette adresse électronique et ce mot de passe ne vont pas ensemble. Vérifiez les deux et réessayez.
error-account-disabled-text = Ce compte est désactivé. Adressez-vous à la personne qui gère ce service.
