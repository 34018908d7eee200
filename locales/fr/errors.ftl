# Les pages qui disent qu’une chose n’a pas marché : ce qui s’est passé, et que faire.

error-bad-request-title = Nous n’avons pas pu lire votre demande
error-bad-request-text = Un élément de la demande manque ou n’a pas la bonne forme. Revenez en arrière, vérifiez votre saisie et réessayez.
error-forbidden-title = Vous n’avez pas cette autorisation
error-forbidden-text = Votre compte ne permet ni de voir ni de modifier ceci. Si vous pensez qu’il le devrait, adressez-vous au responsable de ce service.
error-cross-site-title = Cette demande vient d’ailleurs
error-cross-site-text = Pour votre sécurité, nous ne traitons que les formulaires envoyés depuis nos propres pages. Rouvrez la page ici et recommencez.
error-not-found-title = Il n’y a rien ici
error-not-found-text = L’adresse comporte peut-être une erreur, ou ce qui s’y trouvait a été supprimé. Vérifiez le lien ou repartez de la page d’accueil.
error-method-title = Cette adresse ne sert pas à cela
error-method-text = Elle existe, mais ne répond pas à ce type de demande. Repartez de la page d’accueil.
error-too-large-title = C’est trop à la fois
error-too-large-text = Votre envoi dépasse ce que cette page accepte. Raccourcissez-le et réessayez.
error-too-many-title = Trop de tentatives
error-too-many-text = Attendez quelques minutes, puis réessayez.
error-internal-title = Une erreur s’est produite de notre côté
error-internal-text = Vous n’y êtes pour rien, et rien n’a été modifié. Réessayez dans un instant. Si cela se reproduit, prévenez le responsable de ce service en lui donnant la référence ci-dessous.
error-unavailable-title = Nous ne pouvons pas répondre pour l’instant
error-unavailable-text = Le service démarre, s’arrête ou est très occupé. Réessayez dans une minute.
error-home = Aller à la page d’accueil
error-reference = Référence à indiquer :
