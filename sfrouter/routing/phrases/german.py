"""The phrase-book in German."""

from collections.abc import Mapping
from types import MappingProxyType

PHRASES: Mapping[str, str] = MappingProxyType(
    {
        # how sentences are joined
        "joined": "{first}; {second}",
        "reason": "{owner}. Grund: {why}",
        "reason.keep": "der Inhaber bleibt. Grund: {why}",
        "reason.nobody": "niemand. Grund: {why}",
        "nobody": "{why}; niemand kann den Lead übernehmen, daher wird die nächste Regel gefragt",
        "nobody.final": "{why}; niemand kann den Lead übernehmen",
        "not_asked": "nicht gefragt: {rule} hatte entschieden",
        "not_asked.default": "nicht gefragt: {rule} hatte entschieden; sonst: {default}",
        "unnamed": "ohne Namen",
        "somebody": "jemand, der hier kein Benutzer ist",
        "the_company": "Firma ohne Namen",
        "no_account": "der Lead ist keinem Account zugeordnet",
        # what an account is to us
        "relationship.customer": "Kunde",
        "relationship.churned": "ehemaliger Kunde",
        "relationship.prospect": "Interessent",
        "relationship.none": "ein Account ohne eingetragene Beziehung",
        # parts in which somebody gets a lead
        "role.account_owner": "Accountinhaber",
        "role.parent_owner": "Inhaber der Muttergesellschaft",
        "role.account_manager": "Account Manager",
        "role.specialist": "Fachspezialist",
        "role.strategic_owner": "Inhaber des strategischen Accounts",
        "role.dedicated_sdr": "zuständiger SDR",
        "role.named_owner": "Inhaber des Named Accounts",
        "role.previous_owner": "früherer Inhaber",
        "role.opportunity_owner": "Inhaber der Opportunity",
        "role.lead_owner": "Inhaber des früheren Leads",
        "role.partner": "Partner",
        "role.partner_manager": "Partner Manager",
        "role.sales_leadership": "Vertriebsleitung",
        "role.competitor_queue": "Warteschlange für Wettbewerber",
        # leavers, queues, and people who cannot be found
        "owner.not_recorded": "nicht eingetragen: {role}",
        "owner.unknown": "hier kein Benutzer: {role}",
        "owner.no_such_email": "kein Benutzer hat die E-Mail-Adresse {email} ({role})",
        "owner.intake": "{name} ist ein Eingangsbenutzer und bearbeitet keine Leads",
        "owner.stands_in": "es übernimmt: {role}",
        "heir.successor": "{why}, die Nachfolge hat {heir}",
        "heir.managers": "{why}, nächste aktive Führungskraft ist {heir}",
        "gone.chain": "{why}, und weder Nachfolge noch Führungskraft ist aktiv",
        "gone.successor": "{why}, und keine eingetragene Nachfolge ist aktiv",
        "gone.managers": "keine Führungskraft über {gone} ist aktiv",
        "gone.none": "{gone} ist ausgeschieden",
        "gone.unlicensed": "{gone} hat keine Lizenz, die Leads besitzen kann",
        "gone.frozen": "{gone} hat einen eingefrorenen Zugang",
        "queue.unknown": "es gibt keine Warteschlange namens {queue}",
        "queue.no_leads": "die Warteschlange {queue} darf keine Leads besitzen",
        "queue.intake": "die Warteschlange {queue} ist selbst der Eingang",
        # 1 competitor
        "competitor.no": "{account} ist nicht als Wettbewerber gekennzeichnet",
        "competitor.queue": "{account} ist ein Wettbewerber; dessen Leads gehen in eine eigene Warteschlange",
        "competitor.user": "{account} ist ein Wettbewerber; dessen Leads gehen an die Vertriebsleitung",
        "competitor.status": "{account} ist ein Wettbewerber; dessen Leads werden sofort disqualifiziert",
        # 2 partner
        "partner.no": "für {account} ist kein Partner eingetragen",
        "partner.involved": "{account} wird direkt betreut; der beteiligte Partner erhält die Leads nicht",
        "partner.company": "{account} ist ein Partnerunternehmen",
        "partner.sourced": "ein Partner hat {account} gebracht und erhält dessen Leads zurück",
        "partner.managed": "ein Partner betreut {account} und erhält dessen Leads zurück",
        "partner.company_nobody": "{account} ist ein Partnerunternehmen, aber kein Partner Manager ist"
        " eingetragen",
        "partner.sourced_nobody": "ein Partner hat {account} gebracht, aber"
        " weder Partner noch Partner Manager ist eingetragen",
        "partner.managed_nobody": "ein Partner betreut {account}, aber"
        " weder Partner noch Partner Manager ist eingetragen",
        # 3 strategic, 4 named
        "strategic.no": "{account} ist nicht als strategisch gekennzeichnet",
        "strategic.yes": "{account} ist ein strategischer Account",
        "named.no": "das Unternehmen ist weder als Named Account gekennzeichnet noch in der Liste der"
        " Named Accounts",
        "named.flag": "{account} ist ein Named Account",
        "named.list": "{company} steht in der Liste der Named Accounts",
        # 5 churned
        "churned.no": "{account} ist {relationship}, kein ehemaliger Kunde",
        "churned.opportunity": "{account} ist abgewandert, aber eine offene Opportunity geht vor",
        "churned.no_date": "{account} ist abgewandert, aber ohne eingetragenes Datum: gilt als neu",
        "churned.recent": "{account} ist am {churned} abgewandert, und heute, am {today}, sind die {months} Monate"
        " bis {ends} noch nicht um: zuerst ist der frühere Inhaber an der Reihe",
        "churned.old": "{account} ist am {churned} abgewandert, und heute, am {today}, sind die {months} Monate"
        " bis {ends} um: gilt als neu",
        "churned.win_back": "{account} ist am {churned} abgewandert, {months} Monate endeten am {ends},"
        " und heute, am {today}, ist der Rückgewinnungs-Pool {pool} zuständig",
        # 6 customer
        "customer.no": "{account} ist {relationship}, kein Kunde",
        "customer.owner": "{account} ist Kunde, und der Accountinhaber übernimmt die Leads",
        "customer.product": "{account} ist Kunde und fragt nach {product}; vorhanden ist {owned},"
        " daher übernimmt der Accountinhaber",
        "customer.specialist": "{account} ist Großkunde, und der Lead kommt aus der Abteilung {department}",
        "customer.no_value": "{account} ist Kunde ohne eingetragenen Vertragswert;"
        " das zählt als unter {limit}: der Accountinhaber übernimmt",
        "customer.no_rate": "{account} ist Kunde mit einem Vertrag über {value}; ohne Kurs ist kein Vergleich mit"
        " {limit} möglich, das zählt als darunter: der Accountinhaber übernimmt",
        "customer.below": "{account} ist Kunde mit einem Vertrag über {value}, unter {limit}:"
        " der Accountinhaber übernimmt",
        "customer.manager": "{account} ist Kunde mit einem Vertrag über {value}, nicht unter {limit}",
        "customer.managed": "{account} ist Kunde, und um den Vertrag kümmert sich der Account Manager",
        "customer.no_manager": "{account} hat den Übergabewert erreicht,"
        " aber kein Account Manager ist eingetragen",
        # 7 opportunity, 7b prospect
        "opportunity.none": "{account} hat keine offene Opportunity",
        "opportunity.one": "{account} hat eine offene Opportunity ({opportunity})",
        "opportunity.several": "{account} hat {count} offene Opportunities, die aktivste ist {opportunity}",
        "prospect.no": "{account} ist {relationship}, kein Interessent",
        "prospect.by_hand": "{account} wurde nicht automatisch angelegt",
        "prospect.becoming": "{count} Leads machen {company} zu einem Account, den der Inhaber des ersten hat",
        "prospect.becoming_nobody": "{company} wird ein eigener Account, und niemand hat den ersten Lead",
        "prospect.made": "der Account {company} wurde aus {count} Leads angelegt, und dies ist einer davon",
        "prospect.existing": "nach der Duplikatregel der Org ist {company} der Account dieser Firma",
        "prospect.auto": "{account} wurde aus den ersten Leads angelegt; spätere gehen an denselben Inhaber",
        "prospect.any": "{account} ist ein Interessent, der schon betreut wird",
        # 8 earlier lead, 8b company profile
        "lost.churned": "{account} ist abgewandert, und frühere Leads zählen nicht",
        "lost.none": "das Unternehmen hat keinen früheren Lead, der als verloren geschlossen wurde",
        "lost.old": "{count} verlorene Leads des Unternehmens, keiner aus den letzten {months} Monaten",
        "lost.no_person": "{count} verlorene Leads des Unternehmens, keiner gehört einer Person",
        "lost.yes": "ein Lead von {company} vom {day} wurde als verloren geschlossen,"
        " und sein Inhaber kennt das Unternehmen",
        "profile.none": "kein anderer offener Lead derselben Person oder des Unternehmens hat einen Inhaber",
        "profile.same_person": "dieselbe Person ist schon ein offener Lead vom {day} und hat einen Inhaber",
        "profile.company": "ein anderer offener Lead von {company} vom {day} hat schon einen Inhaber",
        "profile.by_hand": "jemand hat {left} und {right} zu einem Unternehmen verbunden",
        "profile.erased": "womit es verbunden wurde, ist gelöscht",
        "profile.domain": "die Domain der Adresse ist {right}",
        "profile.name": "der Firmenname ist {right}",
        "profile.spelt": "die Domain {left} buchstabiert den Namen {right}",
        "profile.words": "Leads von {left} nennen den Namen {right}",
        # 9 default, 10 catch-all
        "default.parent": "{account} gehört zu {parent}, einem Kunden",
        "default.account": "keine Beziehung zu {account} entscheidet",
        "default.unknown": "zum Unternehmen ist keine Beziehung bekannt",
        "default.insufficient": "zu wenig Angaben: weder eine E-Mail-Domain eines Unternehmens noch ein"
        " Firmenname",
        "default.shared": "{why}; Gebiet {territory}, {turn}",
        "default.pool": "{why}; Pool {pool}, {turn}",
        "default.nobody": "{why}; {turn}",
        "default.territory": "{why}; Gebiet {territory}, an der Reihe ist {owner}",
        "default.in_pool": "{why}; Pool {pool}, an der Reihe ist {owner}",
        "default.queue": "{why}; im Pool {pool} kann gerade niemand Leads übernehmen, daher die"
        " Warteschlange {queue}",
        "catch_all.no_rule": "keine Regel der Richtlinie hat dafür einen Inhaber",
        "catch_all.alert": "der Lead liegt in der Auffang-Warteschlange: {why}",
        "catch_all.missing": "niemand kann den Lead übernehmen, und es gibt keine Auffang-Warteschlange: {why}",
        "flood.caught": "mehr als {count} Leads von {domain} kamen innerhalb von {window}, daher sieht sich"
        " diesen zuerst ein Mensch an",
        "flood.alert": "eine Flut von Leads: {why}; die folgenden werden ohne weiteren Alarm zurückgehalten",
        "flood.account": "mehr als {count} Leads von {domain} innerhalb von {window}: bevor daraus ein Account"
        " wird, wird ein Mensch gefragt",
        # Tasks
        "task.subject": "Lead von {company}",
        "task.subject.new": "Neuer Lead: {company}",
        "task.subject.account": "Neuer Account: {company}",
        "task.new_account": "Der Account {company} wurde aus {count} Leads angelegt. Er gehört {owner};"
        " Ihr Lead ist mit ihm verknüpft und bleibt bei Ihnen.",
        "task.subject.busy": "Mehrere Leads: {company}",
        "task.new_owner": "Sie haben einen neuen Lead von {company}. Grund: {why}.",
        "task.customer_success.case": "{company} hat einen offenen Supportfall und einen neuen Lead"
        " geschickt. {taker}",
        "task.customer_success.health": "Um {company} steht es nicht gut, und ein neuer Lead ist"
        " eingegangen. {taker}",
        "task.account_team": "Der strategische Account {company} hat einen neuen Lead geschickt. {taker}",
        "task.executive": "Eine Führungskraft des strategischen Accounts {company} hat sich gemeldet. {taker}",
        "task.opportunity_owner": "{company}, wo Sie eine offene Opportunity haben, hat einen neuen"
        " Lead geschickt."
        " {taker}",
        "task.specialist": "Ein Fachspezialist übernimmt einen neuen Lead Ihres Accounts {company}. {taker}",
        "task.account_owner": "Jemand anderes übernimmt einen neuen Lead Ihres Accounts {company}. {taker}",
        "task.partner_involved": "{company}, direkt betreut mit Beteiligung eines Partners, hat einen neuen Lead"
        " geschickt. {taker}",
        "task.partner_company": "Das Partnerunternehmen {company} hat einen neuen Lead geschickt. {taker}",
        "task.office_network": "Das Formular kam aus einem Netz von {company}. Das ist ein Hinweis, kein Beweis.",
        "task.busy_company": "{company} hat {count} Leads innerhalb von {window} geschickt."
        " Bitte beantworten Sie sie gemeinsam.",
        "task.line.account": "Account",
        "task.line.lead": "Lead",
        "task.stays": "Der Inhaber bleibt derselbe. Grund: {why}.",
        "task.taker": "Zuständig ist {owner}. Grund: {why}.",
        # a reply that is waited for
        "task.subject.reminder": "Antwort bald fällig: {company}",
        "task.subject.late": "Nicht rechtzeitig beantwortet: {company}",
        "task.subject.passed_on": "Lead weitergegeben: {company}",
        "task.reminder": "Ihr Lead von {company} wartet noch auf eine erste Antwort. Sie ist bis {due} fällig.",
        "task.escalation": "Ein Lead von {company} hat noch keine Antwort. Sie war bis {due} fällig,"
        " zuständig ist {owner}. Bitte sorgen Sie dafür, dass jemand antwortet.",
        "task.passed_on": "Ein Lead von {company} blieb ohne rechtzeitige Antwort und ging an {owner} weiter.",
        "departed.turn": "an der Reihe ist {owner}",
        "departed.report": "{why} und hat den Lead noch; {heir} würde ihn übernehmen",
        "departed.nobody": "{why} und hat den Lead noch, und niemand ist an der Stelle",
        "sla.turn": "der Lead blieb ohne rechtzeitige Antwort, an der Reihe ist {owner}",
        "sla.manager": "der Lead blieb ohne rechtzeitige Antwort, und {owner} ist die Führungskraft",
        "sla.due": "eine erste Antwort war bis {due} fällig, {span} nach Eingang des Leads",
        "sla.count": "{count} von höchstens {most} Mal weitergegeben",
        "sla.reminded": "{owner} wird erinnert",
        "sla.escalated": "{owner} wird benachrichtigt",
        "sla.unescalated": "über {owner} kann niemand benachrichtigt werden",
        # priority
        "priority.executive": "die anfragende Person gehört zur Führungsebene",
        "priority.buyer": "die anfragende Person entscheidet über das Budget",
        "priority.stays": "der Inhaber bleibt; die Priorität ändert sich. Grund: {why}",
        "hours": "{count} Stunden",
        "hour": "1 Stunde",
        "minutes": "{count} Minuten",
    }
)
