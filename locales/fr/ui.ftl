# Ce qui entoure chaque page, et les mots des éléments partagés.

ui-skip = Aller au contenu
ui-sections = Rubriques
ui-rooms = Salles
ui-applications = Applications
ui-organisations = Organismes
ui-organisation-menu = Vous agissez pour { $name }
ui-people = Personnes
ui-audit = Journal
ui-menu = Menu
ui-person-menu = Votre menu, { $name }
ui-administrator = Administration
ui-account = Votre compte
ui-sign-in = Se connecter
ui-sign-out = Se déconnecter
ui-language = Langue
ui-api-reference = Référence de l’API
ui-breadcrumb = Où vous êtes

ui-optional = facultatif
ui-busy = Un instant…
ui-cancel = Annuler
ui-search = Rechercher
ui-filter = Filtrer
ui-filter-more = Période, salle, jeton
ui-filter-all = Tout afficher
ui-error-title = Cela n’a pas marché
ui-error-summary = { $count ->
    [one] Un point demande votre attention
   *[other] { $count } points demandent votre attention
}
ui-type-to-confirm = Saisissez « { $name } » pour confirmer

ui-pages = Pages
ui-newer = Plus récents
ui-older = Plus anciens

ui-copy = Copier
ui-copy-thing = Copier : { $thing }
ui-copied = Copié
ui-secret-once = Copiez-le maintenant et gardez-le en lieu sûr. Il ne sera plus affiché.

ui-notice-ok = C’est fait :
ui-notice-info = À noter :
ui-notice-warning = Attention :
ui-notice-danger = Problème :

chart-figure = { $value }
chart-figures = Afficher les chiffres
chart-nothing = Rien encore sur cette période.
chart-summary = { $sums }. Le plus en un jour : { $most }, le { $when }.
ui-show-password = Afficher le mot de passe
