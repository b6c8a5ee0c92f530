"""The phrase-book in Indonesian."""

from collections.abc import Mapping
from types import MappingProxyType

PHRASES: Mapping[str, str] = MappingProxyType(
    {
        # how sentences are joined
        "joined": "{first}; {second}",
        "reason": "{owner}, karena {why}",
        "reason.keep": "pemilik tetap sama, karena {why}",
        "reason.nobody": "tidak ada, karena {why}",
        "nobody": "{why}; tidak ada yang dapat menanganinya, jadi aturan berikutnya diperiksa",
        "nobody.final": "{why}; tidak ada yang dapat menanganinya",
        "not_asked": "tidak diperiksa: {rule} sudah memutuskan",
        "not_asked.default": "tidak diperiksa: {rule} sudah memutuskan; tanpa itu: {default}",
        "unnamed": "tanpa nama",
        "somebody": "seseorang yang bukan pengguna di sini",
        "the_company": "perusahaan tersebut",
        "no_account": "lead ini tidak cocok dengan akun mana pun",
        # what an account is to us
        "relationship.customer": "pelanggan",
        "relationship.churned": "mantan pelanggan",
        "relationship.prospect": "calon pelanggan",
        "relationship.none": "akun tanpa hubungan yang tercatat",
        # parts in which somebody gets a lead
        "role.account_owner": "pemilik akun",
        "role.parent_owner": "pemilik akun perusahaan induk",
        "role.account_manager": "manajer akun",
        "role.specialist": "spesialis departemen",
        "role.strategic_owner": "pemilik akun strategis",
        "role.dedicated_sdr": "SDR khusus",
        "role.named_owner": "pemilik akun terpilih",
        "role.previous_owner": "pemilik sebelumnya",
        "role.opportunity_owner": "pemilik peluang",
        "role.lead_owner": "pemilik lead sebelumnya",
        "role.partner": "mitra",
        "role.partner_manager": "manajer kemitraan",
        "role.sales_leadership": "pimpinan penjualan",
        "role.competitor_queue": "antrean pesaing",
        # leavers, queues, and people who cannot be found
        "owner.not_recorded": "{role} tidak tercatat",
        "owner.unknown": "{role} bukan pengguna di sini",
        "owner.no_such_email": "tidak ada pengguna dengan alamat email {email} ({role})",
        "owner.intake": "{name} adalah pengguna penerimaan dan tidak menangani lead",
        "owner.stands_in": "{role} menanganinya",
        "heir.successor": "{why}, dan penerus yang tercatat adalah {heir}",
        "heir.managers": "{why}, dan atasan aktif terdekat adalah {heir}",
        "gone.chain": "{why}, dan tidak ada penerus maupun atasan yang aktif",
        "gone.successor": "{why}, dan tidak ada penerus tercatat yang aktif",
        "gone.managers": "tidak ada atasan {gone} yang aktif",
        "gone.none": "{gone} sudah keluar",
        "gone.unlicensed": "{gone} tidak punya lisensi yang dapat memiliki lead",
        "gone.frozen": "{gone} sedang dibekukan",
        "queue.unknown": "tidak ada antrean bernama {queue}",
        "queue.no_leads": "antrean {queue} tidak boleh memiliki lead",
        "queue.intake": "antrean {queue} adalah penerimaan itu sendiri",
        # 1 competitor
        "competitor.no": "{account} tidak ditandai sebagai pesaing",
        "competitor.queue": "{account} adalah pesaing, dan lead pesaing masuk ke antrean tersendiri",
        "competitor.user": "{account} adalah pesaing, dan lead pesaing diberikan kepada pimpinan penjualan",
        "competitor.status": "{account} adalah pesaing, dan lead pesaing langsung didiskualifikasi",
        # 2 partner
        "partner.no": "tidak ada mitra yang tercatat untuk {account}",
        "partner.involved": "{account} dilayani langsung; mitra yang terlibat tidak menerima lead-nya",
        "partner.company": "{account} adalah perusahaan mitra",
        "partner.sourced": "{account} dibawa oleh mitra, dan lead-nya kembali ke mitra itu",
        "partner.managed": "{account} dikelola oleh mitra, dan lead-nya kembali ke mitra itu",
        "partner.company_nobody": "{account} adalah perusahaan mitra, tetapi manajer kemitraan tidak tercatat",
        "partner.sourced_nobody": "{account} dibawa oleh mitra, tetapi"
        " mitra maupun manajer kemitraan tidak tercatat",
        "partner.managed_nobody": "{account} dikelola oleh mitra, tetapi"
        " mitra maupun manajer kemitraan tidak tercatat",
        # 3 strategic, 4 named
        "strategic.no": "{account} tidak ditandai sebagai akun strategis",
        "strategic.yes": "{account} adalah akun strategis",
        "named.no": "perusahaan ini tidak ditandai sebagai akun terpilih dan tidak ada di daftar akun terpilih",
        "named.flag": "{account} adalah akun terpilih",
        "named.list": "{company} ada di daftar akun terpilih",
        # 5 churned
        "churned.no": "{account} adalah {relationship}, bukan mantan pelanggan",
        "churned.opportunity": "{account} sudah berhenti, tetapi peluang yang masih terbuka didahulukan",
        "churned.no_date": "{account} sudah berhenti, tetapi tanggalnya tidak tercatat: dianggap baru",
        "churned.recent": "{account} berhenti pada {churned}, dan hari ini, {today}, masih sebelum {ends},"
        " akhir dari {months} bulan: pemilik sebelumnya didahulukan",
        "churned.old": "{account} berhenti pada {churned}, dan hari ini, {today}, tidak lagi sebelum {ends},"
        " akhir dari {months} bulan: dianggap baru",
        "churned.win_back": "{account} berhenti pada {churned}, {months} bulan berakhir pada {ends},"
        " dan hari ini, {today}, ditangani kelompok pemulihan {pool}",
        # 6 customer
        "customer.no": "{account} adalah {relationship}, bukan pelanggan",
        "customer.owner": "{account} adalah pelanggan, dan pemilik akun menangani lead-nya",
        "customer.product": "{account} adalah pelanggan dan menanyakan {product}; yang dimiliki {owned},"
        " jadi pemilik akun yang menanganinya",
        "customer.specialist": "{account} adalah pelanggan besar, dan departemen lead ini {department}",
        "customer.no_value": "{account} adalah pelanggan tanpa nilai kontrak yang tercatat,"
        " yang dihitung di bawah {limit}: pemilik akun yang menanganinya",
        "customer.no_rate": "{account} adalah pelanggan dengan kontrak {value}, yang tidak dapat"
        " dibandingkan dengan"
        " {limit} karena tidak ada kurs, dan dihitung di bawahnya: pemilik akun yang menanganinya",
        "customer.below": "{account} adalah pelanggan dengan kontrak {value}, di bawah {limit}:"
        " pemilik akun yang menanganinya",
        "customer.manager": "{account} adalah pelanggan dengan kontrak {value}, tidak di bawah {limit}",
        "customer.managed": "{account} adalah pelanggan yang kontraknya diurus oleh manajer akun",
        "customer.no_manager": "{account} sudah mencapai nilai serah terima, tetapi manajer akun tidak tercatat",
        # 7 opportunity, 7b prospect
        "opportunity.none": "{account} tidak memiliki peluang terbuka",
        "opportunity.one": "{account} memiliki peluang terbuka ({opportunity})",
        "opportunity.several": "{account} memiliki {count} peluang terbuka, yang paling aktif {opportunity}",
        "prospect.no": "{account} adalah {relationship}, bukan calon pelanggan",
        "prospect.by_hand": "{account} tidak dibuat secara otomatis",
        "prospect.becoming": "{count} lead menjadikan {company} akun sendiri, milik pemilik lead pertama",
        "prospect.becoming_nobody": "{company} menjadi akun sendiri, dan tidak ada yang memiliki lead pertamanya",
        "prospect.made": "akun {company} dibuat dari {count} lead, dan ini salah satunya",
        "prospect.existing": "menurut aturan duplikat org, {company} adalah akun perusahaan ini",
        "prospect.auto": "{account} dibuat dari lead pertamanya, dan lead berikutnya masuk ke pemilik yang sama",
        "prospect.any": "{account} adalah calon pelanggan yang sudah memiliki pemilik",
        # 8 earlier lead, 8b company profile
        "lost.churned": "{account} sudah berhenti, dan lead sebelumnya tidak dihitung",
        "lost.none": "perusahaan ini tidak memiliki lead sebelumnya yang ditutup sebagai gagal",
        "lost.old": "{count} lead gagal dari perusahaan ini, tidak ada dari {months} bulan terakhir",
        "lost.no_person": "{count} lead gagal dari perusahaan ini, tidak ada yang dimiliki seseorang",
        "lost.yes": "lead dari {company}, dibuat pada {day}, ditutup sebagai gagal,"
        " dan pemiliknya mengenal perusahaan itu",
        "profile.none": "tidak ada lead terbuka lain dari orang atau perusahaan yang sama yang memiliki pemilik",
        "profile.same_person": "orang yang sama sudah menjadi lead terbuka, dibuat pada {day}, dan"
        " memiliki pemilik",
        "profile.company": "lead terbuka lain dari {company}, dibuat pada {day}, sudah memiliki pemilik",
        "profile.by_hand": "seseorang menggabungkan {left} dan {right} sebagai satu perusahaan",
        "profile.erased": "yang digabungkan dengannya telah dihapus",
        "profile.domain": "domain alamatnya adalah {right}",
        "profile.name": "nama perusahaannya adalah {right}",
        "profile.spelt": "domain {left} mengeja nama {right}",
        "profile.words": "lead dari {left} memberikan nama {right}",
        # 9 default, 10 catch-all
        "default.parent": "{account} bagian dari {parent}, seorang pelanggan",
        "default.account": "tidak ada hubungan dengan {account} yang menentukan",
        "default.unknown": "belum ada hubungan yang diketahui dengan perusahaan ini",
        "default.insufficient": "data tidak cukup: tidak ada domain email perusahaan maupun nama perusahaan",
        "default.shared": "{why}; wilayah {territory}, {turn}",
        "default.pool": "{why}; kelompok {pool}, {turn}",
        "default.nobody": "{why}; {turn}",
        "default.territory": "{why}; wilayah {territory}, dan sekarang giliran {owner}",
        "default.in_pool": "{why}; kelompok {pool}, dan sekarang giliran {owner}",
        "default.queue": "{why}; kelompok {pool} sedang tidak dapat menerima lead, jadi masuk ke antrean {queue}",
        "catch_all.no_rule": "tidak ada aturan yang menentukan pemiliknya",
        "catch_all.alert": "lead ini ada di antrean cadangan: {why}",
        "catch_all.missing": "tidak ada yang dapat menangani lead ini dan tidak ada antrean cadangan: {why}",
        "flood.caught": "lebih dari {count} lead dari {domain} masuk dalam {window}, jadi seseorang memeriksa"
        " lead ini dahulu",
        "flood.alert": "banjir lead: {why}; lead berikutnya ditahan tanpa peringatan lagi",
        "flood.account": "lebih dari {count} lead dari {domain} dalam {window}: seseorang ditanya sebelum akun"
        " dibuat dari lead itu",
        # Tasks
        "task.subject": "Lead dari {company}",
        "task.subject.new": "Lead baru: {company}",
        "task.subject.account": "Akun baru: {company}",
        "task.new_account": "Akun {company} dibuat dari {count} lead. Pemiliknya {owner};"
        " lead Anda ditautkan ke akun itu dan tetap milik Anda.",
        "task.subject.busy": "Beberapa lead: {company}",
        "task.new_owner": "Anda mendapat lead baru dari {company}, karena {why}.",
        "task.customer_success.case": "{company} memiliki kasus dukungan terbuka dan mengirim lead baru. {taker}",
        "task.customer_success.health": "Kondisi {company} sedang kurang baik, dan ada lead baru yang"
        " masuk. {taker}",
        "task.account_team": "Akun strategis {company} mengirim lead baru. {taker}",
        "task.executive": "Seorang eksekutif dari akun strategis {company} mengirim lead. {taker}",
        "task.opportunity_owner": "{company}, tempat Anda memiliki peluang terbuka, mengirim lead baru. {taker}",
        "task.specialist": "Seorang spesialis menangani lead baru dari akun Anda {company}. {taker}",
        "task.account_owner": "Orang lain menangani lead baru dari akun Anda {company}. {taker}",
        "task.partner_involved": "{company}, dilayani langsung dengan keterlibatan mitra, mengirim lead"
        " baru. {taker}",
        "task.partner_company": "Perusahaan mitra {company} mengirim lead baru. {taker}",
        "task.office_network": "Formulir dikirim dari jaringan {company}. Ini petunjuk, bukan bukti.",
        "task.busy_company": "{company} mengirim {count} lead dalam {window}. Mohon dijawab bersamaan.",
        "task.line.account": "Akun",
        "task.line.lead": "Lead",
        "task.stays": "Pemiliknya tetap sama, karena {why}.",
        "task.taker": "Ditangani oleh {owner}, karena {why}.",
        # a reply that is waited for
        "task.subject.reminder": "Segera dijawab: {company}",
        "task.subject.late": "Belum dijawab tepat waktu: {company}",
        "task.subject.passed_on": "Lead dialihkan: {company}",
        "task.reminder": "Lead Anda dari {company} masih menunggu jawaban pertama. Batas waktunya {due}.",
        "task.escalation": "Lead dari {company} belum dijawab. Batas waktunya {due}, dan ditangani oleh {owner}."
        " Mohon pastikan ada yang menjawab.",
        "task.passed_on": "Lead dari {company} tidak dijawab tepat waktu dan dialihkan kepada {owner}.",
        "departed.turn": "sekarang giliran {owner}",
        "departed.report": "{why} dan masih memegang lead ini; {heir} akan menerimanya",
        "departed.nobody": "{why} dan masih memegang lead ini, dan tidak ada penggantinya",
        "sla.turn": "lead ini tidak dijawab tepat waktu, dan sekarang giliran {owner}",
        "sla.manager": "lead ini tidak dijawab tepat waktu, dan {owner} adalah atasannya",
        "sla.due": "jawaban pertama seharusnya paling lambat {due}, {span} setelah lead masuk",
        "sla.count": "dialihkan {count} dari paling banyak {most} kali",
        "sla.reminded": "{owner} diingatkan",
        "sla.escalated": "{owner} diberi tahu",
        "sla.unescalated": "tidak ada atasan {owner} yang dapat diberi tahu",
        # priority
        "priority.executive": "yang bertanya adalah seorang eksekutif",
        "priority.buyer": "yang bertanya menentukan anggaran",
        "priority.stays": "pemilik tetap sama; prioritas berubah, karena {why}",
        "hours": "{count} jam",
        "hour": "1 jam",
        "minutes": "{count} menit",
    }
)
