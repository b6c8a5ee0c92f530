"""The phrase-book in Spanish."""

from collections.abc import Mapping
from types import MappingProxyType

PHRASES: Mapping[str, str] = MappingProxyType(
    {
        # how sentences are joined
        "joined": "{first}; {second}",
        "reason": "{owner}, porque {why}",
        "reason.keep": "el propietario se mantiene, porque {why}",
        "reason.nobody": "nadie, porque {why}",
        "nobody": "{why}; nadie puede atenderlo, así que se consulta la regla siguiente",
        "nobody.final": "{why}; nadie puede atenderlo",
        "not_asked": "no consultada: {rule} ya había decidido",
        "not_asked.default": "no consultada: {rule} ya había decidido; sin ella: {default}",
        "unnamed": "sin nombre",
        "somebody": "alguien que no es usuario aquí",
        "the_company": "la empresa",
        "no_account": "el lead no está asociado a ninguna cuenta",
        # what an account is to us
        "relationship.customer": "un cliente",
        "relationship.churned": "un antiguo cliente",
        "relationship.prospect": "un cliente potencial",
        "relationship.none": "una cuenta sin relación registrada",
        # parts in which somebody gets a lead
        "role.account_owner": "el propietario de la cuenta",
        "role.parent_owner": "el propietario de la empresa matriz",
        "role.account_manager": "el gestor de la cuenta",
        "role.specialist": "el especialista del departamento",
        "role.strategic_owner": "el propietario de la cuenta estratégica",
        "role.dedicated_sdr": "el SDR asignado",
        "role.named_owner": "el propietario de la cuenta nominada",
        "role.previous_owner": "el propietario anterior",
        "role.opportunity_owner": "el propietario de la oportunidad",
        "role.lead_owner": "el propietario del lead anterior",
        "role.partner": "el socio",
        "role.partner_manager": "el gestor de socios",
        "role.sales_leadership": "la dirección de ventas",
        "role.competitor_queue": "la cola de competidores",
        # leavers, queues, and people who cannot be found
        "owner.not_recorded": "no consta {role}",
        "owner.unknown": "no es usuario aquí: {role}",
        "owner.no_such_email": "ningún usuario tiene el correo {email} ({role})",
        "owner.intake": "{name} es un usuario de entrada y no trabaja leads",
        "owner.stands_in": "lo atiende {role}",
        "heir.successor": "{why}, y su sucesor registrado es {heir}",
        "heir.managers": "{why}, y su responsable activo más cercano es {heir}",
        "gone.chain": "{why}, y no hay sucesor ni responsable activo",
        "gone.successor": "{why}, y no hay ningún sucesor registrado activo",
        "gone.managers": "no hay ningún responsable activo por encima de {gone}",
        "gone.none": "{gone} ya no está",
        "gone.unlicensed": "{gone} no tiene una licencia que permita poseer leads",
        "gone.frozen": "{gone} tiene la cuenta congelada",
        "queue.unknown": "no existe ninguna cola llamada {queue}",
        "queue.no_leads": "la cola {queue} no puede tener leads",
        "queue.intake": "la cola {queue} es la propia entrada",
        # 1 competitor
        "competitor.no": "{account} no está marcada como competidor",
        "competitor.queue": "{account} es un competidor, y los leads de competidores van a una cola propia",
        "competitor.user": "{account} es un competidor, y los leads de competidores van a la dirección de ventas",
        "competitor.status": "{account} es un competidor, y los leads de competidores se descartan de inmediato",
        # 2 partner
        "partner.no": "no consta ningún socio para {account}",
        "partner.involved": "{account} es venta directa; el socio que participa no recibe sus leads",
        "partner.company": "{account} es una empresa asociada",
        "partner.sourced": "un socio trajo a {account}, y sus leads vuelven a él",
        "partner.managed": "un socio gestiona {account}, y sus leads vuelven a él",
        "partner.company_nobody": "{account} es una empresa asociada, pero no consta ningún gestor de socios",
        "partner.sourced_nobody": "un socio trajo a {account}, pero no consta ni el socio ni el gestor de socios",
        "partner.managed_nobody": "un socio gestiona {account}, pero no consta ni el socio ni el gestor de socios",
        # 3 strategic, 4 named
        "strategic.no": "{account} no está marcada como estratégica",
        "strategic.yes": "{account} es una cuenta estratégica",
        "named.no": "la empresa no está marcada como cuenta nominada ni figura en la lista de cuentas nominadas",
        "named.flag": "{account} es una cuenta nominada",
        "named.list": "{company} figura en la lista de cuentas nominadas",
        # 5 churned
        "churned.no": "{account} es {relationship}, no un antiguo cliente",
        "churned.opportunity": "{account} se dio de baja, pero una oportunidad abierta tiene preferencia",
        "churned.no_date": "{account} se dio de baja, pero no consta la fecha: cuenta como nueva",
        "churned.recent": "{account} se dio de baja el {churned}, y hoy, {today}, no se ha llegado al {ends},"
        " fin de los {months} meses: primero va el propietario anterior",
        "churned.old": "{account} se dio de baja el {churned}, y hoy, {today}, ya se ha llegado al {ends},"
        " fin de los {months} meses: cuenta como nueva",
        "churned.win_back": "{account} se dio de baja el {churned}, los {months} meses terminaron el {ends},"
        " y hoy, {today}, le corresponde al equipo de recuperación {pool}",
        # 6 customer
        "customer.no": "{account} es {relationship}, no un cliente",
        "customer.owner": "{account} es cliente, y el propietario de la cuenta atiende sus leads",
        "customer.product": "{account} es cliente y pregunta por {product}; tiene {owned},"
        " así que lo atiende el propietario de la cuenta",
        "customer.specialist": "{account} es un gran cliente, y el departamento del lead es {department}",
        "customer.no_value": "{account} es cliente sin valor de contrato registrado,"
        " lo que cuenta como inferior a {limit}: lo atiende el propietario de la cuenta",
        "customer.no_rate": "{account} es cliente con un contrato de {value}, que no se puede comparar con"
        " {limit} por falta de tipo de cambio y cuenta como inferior: lo atiende el propietario de la cuenta",
        "customer.below": "{account} es cliente con un contrato de {value}, inferior a {limit}:"
        " lo atiende el propietario de la cuenta",
        "customer.manager": "{account} es cliente con un contrato de {value}, no inferior a {limit}",
        "customer.managed": "{account} es cliente, y de su contrato se ocupa el gestor de la cuenta",
        "customer.no_manager": "{account} ha alcanzado el valor de traspaso,"
        " pero no consta ningún gestor de la cuenta",
        # 7 opportunity, 7b prospect
        "opportunity.none": "{account} no tiene ninguna oportunidad abierta",
        "opportunity.one": "{account} tiene una oportunidad abierta ({opportunity})",
        "opportunity.several": "{account} tiene {count} oportunidades abiertas, la más activa es {opportunity}",
        "prospect.no": "{account} es {relationship}, no un cliente potencial",
        "prospect.by_hand": "{account} no se creó automáticamente",
        "prospect.becoming": "{count} leads dan a {company} una cuenta propia, del propietario del primero",
        "prospect.becoming_nobody": "{company} pasa a ser una cuenta propia, y nadie tiene su primer lead",
        "prospect.made": "la cuenta {company} se creó a partir de {count} leads, y este es uno de ellos",
        "prospect.existing": "según la regla de duplicados de la org, {company} es la cuenta de esta empresa",
        "prospect.auto": "{account} se creó a partir de sus primeros leads, y los siguientes van al"
        " mismo propietario",
        "prospect.any": "{account} es un cliente potencial que ya tiene propietario",
        # 8 earlier lead, 8b company profile
        "lost.churned": "{account} se dio de baja, y sus leads anteriores no cuentan",
        "lost.none": "la empresa no tiene ningún lead anterior cerrado como perdido",
        "lost.old": "{count} leads perdidos de la empresa, ninguno de los últimos {months} meses",
        "lost.no_person": "{count} leads perdidos de la empresa, ninguno de una persona",
        "lost.yes": "un lead de {company}, creado el {day}, se cerró como perdido,"
        " y su propietario conoce la empresa",
        "profile.none": "ningún otro lead abierto de la misma persona o empresa tiene propietario",
        "profile.same_person": "la misma persona ya es un lead abierto, creado el {day}, y tiene propietario",
        "profile.company": "otro lead abierto de {company}, creado el {day}, ya tiene propietario",
        "profile.by_hand": "alguien unió {left} y {right} como una sola empresa",
        "profile.erased": "aquello a lo que se unió fue borrado",
        "profile.domain": "el dominio de su dirección es {right}",
        "profile.name": "el nombre de la empresa es {right}",
        "profile.spelt": "el dominio {left} deletrea el nombre {right}",
        "profile.words": "los leads de {left} dan el nombre {right}",
        # 9 default, 10 catch-all
        "default.parent": "{account} pertenece a {parent}, que es cliente",
        "default.account": "ninguna relación con {account} decide",
        "default.unknown": "no se conoce ninguna relación con la empresa",
        "default.insufficient": "datos insuficientes: ni dominio de correo de empresa ni nombre de empresa",
        "default.shared": "{why}; territorio {territory}, {turn}",
        "default.pool": "{why}; grupo {pool}, {turn}",
        "default.nobody": "{why}; {turn}",
        "default.territory": "{why}; territorio {territory}, y el turno es de {owner}",
        "default.in_pool": "{why}; grupo {pool}, y el turno es de {owner}",
        "default.queue": "{why}; nadie del grupo {pool} puede atender leads ahora, así que va a la cola {queue}",
        "catch_all.no_rule": "ninguna regla de la política le asigna un propietario",
        "catch_all.alert": "el lead está en la cola de reserva: {why}",
        "catch_all.missing": "nadie puede atender el lead y no hay cola de reserva: {why}",
        "flood.caught": "han llegado más de {count} leads de {domain} en {window}, así que una persona revisa"
        " este primero",
        "flood.alert": "una avalancha de leads: {why}; los siguientes se retienen sin otra alerta",
        "flood.account": "más de {count} leads de {domain} en {window}: se pregunta a una persona antes de crear"
        " una cuenta con ellos",
        # Tasks
        "task.subject": "Lead de {company}",
        "task.subject.new": "Nuevo lead: {company}",
        "task.subject.account": "Nueva cuenta: {company}",
        "task.new_account": "La cuenta {company} se creó a partir de {count} leads. Su propietario es {owner};"
        " su lead está vinculado a ella y sigue siendo suyo.",
        "task.subject.busy": "Varios leads: {company}",
        "task.new_owner": "Tiene un nuevo lead de {company}, porque {why}.",
        "task.customer_success.case": "{company} tiene un caso de soporte abierto y ha enviado un nuevo"
        " lead. {taker}",
        "task.customer_success.health": "La salud de {company} es baja, y ha llegado un nuevo lead. {taker}",
        "task.account_team": "La cuenta estratégica {company} ha enviado un nuevo lead. {taker}",
        "task.executive": "Un directivo de la cuenta estratégica {company} ha enviado un lead. {taker}",
        "task.opportunity_owner": "{company}, donde usted tiene una oportunidad abierta, ha enviado un nuevo lead."
        " {taker}",
        "task.specialist": "Un especialista atiende un nuevo lead de su cuenta {company}. {taker}",
        "task.account_owner": "Otra persona atiende un nuevo lead de su cuenta {company}. {taker}",
        "task.partner_involved": "{company}, venta directa con participación de un socio, ha enviado un"
        " nuevo lead."
        " {taker}",
        "task.partner_company": "La empresa asociada {company} ha enviado un nuevo lead. {taker}",
        "task.office_network": "El formulario se envió desde una red de {company}. Es un indicio, no una prueba.",
        "task.busy_company": "{company} ha enviado {count} leads en {window}. Por favor, respóndalos juntos.",
        "task.line.account": "Cuenta",
        "task.line.lead": "Lead",
        "task.stays": "Su propietario se mantiene, porque {why}.",
        "task.taker": "Lo tiene {owner}, porque {why}.",
        # a reply that is waited for
        "task.subject.reminder": "Respuesta pendiente: {company}",
        "task.subject.late": "Sin respuesta a tiempo: {company}",
        "task.subject.passed_on": "Lead reasignado: {company}",
        "task.reminder": "Su lead de {company} aún espera una primera respuesta. El plazo termina el {due}.",
        "task.escalation": "Un lead de {company} sigue sin respuesta. El plazo terminó el {due}, y lo"
        " tiene {owner}."
        " Por favor, asegúrese de que alguien responda.",
        "task.passed_on": "Un lead de {company} no tuvo respuesta a tiempo y ha pasado a {owner}.",
        "departed.turn": "el turno es de {owner}",
        "departed.report": "{why} y aún tiene el lead; pasaría a {heir}",
        "departed.nobody": "{why} y aún tiene el lead, y no hay quien lo releve",
        "sla.turn": "el lead no tuvo respuesta a tiempo, y el turno es de {owner}",
        "sla.manager": "el lead no tuvo respuesta a tiempo, y {owner} es responsable del equipo",
        "sla.due": "la primera respuesta vencía el {due}, {span} después de llegar el lead",
        "sla.count": "reasignado {count} de un máximo de {most} veces",
        "sla.reminded": "se recuerda a {owner}",
        "sla.escalated": "se avisa a {owner}",
        "sla.unescalated": "no hay nadie por encima de {owner} a quien avisar",
        # priority
        "priority.executive": "quien pregunta es un directivo",
        "priority.buyer": "quien pregunta decide sobre el presupuesto",
        "priority.stays": "el propietario se mantiene; la prioridad cambia, porque {why}",
        "hours": "{count} horas",
        "hour": "1 hora",
        "minutes": "{count} minutos",
    }
)
