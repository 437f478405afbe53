"""Words of other languages and scripts that are an opt-out when they are the whole message.

Some are what carriers and laws there name: RET in Turkey, 退订 in China, הסר in Israel.
"""

from tactful.guard.wordings.language import Language, patterns, words

ELSEWHERE = Language(
    stop=words(
        "wypisz rezygnuję rezygnuje odhlásit odhlasit iptal ret durdur odjava leiratkozás "
        "dezabonare стоп отписаться отписка отпишись отпишите отказ відписатися στοπ διαγραφή "
        "توقف إيقاف إلغاء قف הסר עצור הפסק 退订 退訂 停止 配信停止 解除 수신거부 중지 "
        "रोकें बंद หยุด ยกเลิก"
    ),
    start=words("старт start"),
    sentences=patterns(
        r"\bне (?:пишите|присылаите|звоните|шлите)(?: мне)? больше\b",
        r"\bбольше не (?:пишите|присылаите|звоните|шлите)\b",
        r"\bотпишите меня\b",
    ),
    help=words("pomoc pomoć помощь справка yardım yardim مساعدة עזרה 帮助 ヘルプ 도움말"),
)
