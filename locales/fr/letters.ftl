# Les lettres aux personnes. Chacune dit ce qui s’est passé, quand, et ce qu’il y a à faire.

letter-greeting = Bonjour,
letter-greeting-name = Bonjour { $name },
letter-foot = Ce message a été écrit par un programme ; personne ne lit les réponses.
letter-moment = { $at } ({ $zone })

letter-invitation = Votre invitation à { $service }
letter-invitation-body =
    Vous avez un compte sur { $service }, où l’on se réunit : { $url }

    Pour choisir votre mot de passe et entrer, suivez ce lien :

    { $link }

    Il fonctionne une seule fois, jusqu’au { $until }.

    Si vous ne savez pas de quoi il s’agit, ne faites rien : sans ce lien, personne n’entre à votre place.

letter-password-reset = Choisissez un nouveau mot de passe pour { $service }
letter-password-reset-body =
    Un nouveau mot de passe a été demandé pour votre compte sur { $service }, le { $at }. Pour le choisir, suivez ce lien :

    { $link }

    Il fonctionne une seule fois, jusqu’au { $until }.

    Si ce n’était pas vous, ne faites rien : votre mot de passe reste le même, et sans ce lien personne ne peut le changer.

letter-sign-in-code = Votre code pour { $service }
letter-sign-in-code-body =
    Pour montrer que cette adresse est la vôtre, tapez ce code sur la page qui l’a demandé :

    { $code }

    Il fonctionne une seule fois, jusqu’au { $until }. Ne le donnez à personne, qui que ce soit qui le demande.

    Si vous ne l’avez pas demandé, quelqu’un d’autre a tapé votre adresse. Sans le code, cela ne mène à rien : vous n’avez rien à faire.

letter-password-changed = Votre mot de passe a été changé
letter-password-changed-body =
    Le mot de passe de votre compte sur { $service } a été changé le { $at }. Partout ailleurs vos sessions sont fermées, et vos jetons personnels ont pris fin.

    Si c’était vous, il n’y a rien à faire.

    Si ce n’était pas vous, quelqu’un d’autre a peut-être accès à votre compte. Demandez tout de suite un nouveau mot de passe, et prévenez les responsables de { $service } :

    { $url }/sign-in

letter-identity-linked = Un moyen de connexion de plus
letter-identity-linked-body =
    Depuis le { $at }, vous pouvez aussi vous connecter à votre compte sur { $service } avec { $provider }.

    Si vous l’avez voulu, il n’y a rien à faire.

    Sinon, retirez ce moyen de votre compte, fermez les sessions que vous ne connaissez pas, et prévenez les responsables de { $service } :

    { $url }/account/sign-in
    { $url }/account/sessions

letter-identity-unlinked = Un moyen de connexion de moins
letter-identity-unlinked-body =
    Depuis le { $at }, vous ne pouvez plus vous connecter à votre compte sur { $service } avec { $provider }.

    Si vous l’avez voulu, il n’y a rien à faire.

    Sinon, regardez les moyens qui restent, et prévenez les responsables de { $service } :

    { $url }/account/sign-in

letter-personal-token = Vous avez un nouveau jeton personnel
letter-personal-token-body =
    Le jeton personnel « { $name } » de votre compte sur { $service } a été créé le { $at }. Un programme qui le possède agit en votre nom, dans la limite de ce que le jeton permet.

    Si vous l’avez créé, il n’y a rien à faire.

    Sinon, mettez-y fin, fermez les sessions que vous ne connaissez pas, et prévenez les responsables de { $service } :

    { $url }/account/tokens
    { $url }/account/sessions

letter-data-downloaded = Vos données ont été téléchargées
letter-data-downloaded-body =
    Tout ce que { $service } détient à votre sujet a été téléchargé depuis votre compte le { $at }.

    Si c’était vous, il n’y a rien à faire. Gardez le fichier là où personne d’autre ne le trouve.

    Si ce n’était pas vous, fermez les sessions que vous ne connaissez pas, changez votre mot de passe si vous en avez un, et prévenez les responsables de { $service } :

    { $url }/account/sessions
    { $url }/account/sign-in

letter-account-deleted = Votre compte a été supprimé
letter-account-deleted-body =
    Votre compte sur { $service } a été supprimé le { $at }, avec ce qui n’appartenait qu’à vous. C’est sans retour.

    Si vous l’avez voulu, il n’y a rien à faire : ce message est le dernier.

    Sinon, prévenez tout de suite les responsables de { $service } :

    { $url }

letter-accounts-merged = Vos deux comptes n’en font qu’un
letter-accounts-merged-body =
    Le { $at }, deux de vos comptes sur { $service } ont été réunis en un seul. Les salles et les moyens de connexion des deux s’y trouvent.

    Si l’un des deux n’était pas le vôtre, prévenez tout de suite les responsables de { $service }. Voici les moyens de connexion qui mènent à votre compte :

    { $url }/account/sign-in

letter-test = Les messages de { $service } arrivent
letter-test-body =
    Les responsables de { $service } ont voulu savoir, le { $at }, si ses messages arrivent à cette adresse. Celui-ci est arrivé.

    Il n’y a rien à faire.
