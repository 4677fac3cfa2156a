#include "widgets/inspector/ledger_page.h"

#include "core/graph/ledger.h"
#include "widgets/inspector/inspector_pages.h"
#include "widgets/support/translated.h"

#include <QDateTime>
#include <QFormLayout>
#include <QFrame>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>

namespace lb {
namespace {

constexpr qsizetype kShownOfHash = 12;

QString textAt(const Config& entry, const char* key)
{
    const Config* value = entry.find(key);
    const auto* text = value ? value->as<std::string>() : nullptr;
    return text ? QString::fromStdString(*text) : QString();
}

std::optional<std::int64_t> countAt(const Config& entry, const char* key)
{
    const Config* value = entry.find(key);
    const auto* count = value ? value->as<std::int64_t>() : nullptr;
    return count ? std::optional(*count) : std::nullopt;
}

/// When it was, in the user's own time and format.
QString timeOf(const Config& entry)
{
    const QDateTime at = QDateTime::fromString(textAt(entry, "at"), Qt::ISODate);
    return at.isValid() ? QLocale().toString(at.toLocalTime(), QLocale::ShortFormat) : QString();
}

QString splitText(const Config& entry)
{
    AdaptedState state;
    state.record = entry;
    switch (ledger::splitOf(state)) {
    case ledger::Split::Training:
        return LedgerPage::tr("training rows");
    case ledger::Split::Validation:
        return LedgerPage::tr("validation rows");
    case ledger::Split::All:
        return LedgerPage::tr("all rows");
    case ledger::Split::Typed:
        return LedgerPage::tr("typed values");
    case ledger::Split::Unknown:
        break;
    }
    return LedgerPage::tr("not recorded");
}

QString secondsText(const Config& entry)
{
    const Config* value = entry.find("seconds");
    const auto* seconds = value ? value->as<double>() : nullptr;
    return seconds ? LedgerPage::tr("%1 s").arg(QLocale().toString(*seconds, 'f', 2)) : QString();
}

QString hashText(const Config& entry, const char* key)
{
    const QString hash = textAt(entry, key);
    return hash.size() > kShownOfHash ? hash.left(kShownOfHash) + QChar(0x2026) : hash;
}

/// "training rows, 9,000, 0.12 s, data 3fa91c…"
QString lineOf(const Config& entry)
{
    QStringList parts{splitText(entry)};
    if (const auto rows = countAt(entry, "rows"))
        parts << LedgerPage::tr("%1 rows").arg(grouped(*rows));
    if (const QString seconds = secondsText(entry); !seconds.isEmpty())
        parts << seconds;
    if (const QString data = hashText(entry, "data"); !data.isEmpty() && data != ledger::kTyped)
        parts << LedgerPage::tr("data %1").arg(data);
    if (const QString parameters = hashText(entry, "parameters"); !parameters.isEmpty())
        parts << LedgerPage::tr("parameters %1").arg(parameters);
    return parts.join(", ");
}

} // namespace

LedgerPage::LedgerPage(QWidget* parent)
    : QWidget(parent)
    , m_now(new QLabel(this))
    , m_warning(new QLabel(this))
    , m_facts(new QFormLayout)
    , m_before(new QLabel(tr("Before that"), this))
    , m_history(new QFormLayout)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    m_now->setObjectName("ledgerNow");
    m_now->setProperty("look", "title");
    column->addWidget(m_now);
    m_warning->setObjectName("ledgerWarning");
    m_warning->setWordWrap(true);
    m_warning->setProperty("look", "caption");
    column->addWidget(m_warning);
    for (QFormLayout* form : {m_facts, m_history}) {
        form->setContentsMargins(0, 0, 0, 0);
        form->setVerticalSpacing(4);
    }
    column->addLayout(m_facts);
    m_before->setProperty("look", "title");
    column->addWidget(m_before);
    column->addLayout(m_history);
    column->addStretch(1);
}

void LedgerPage::showLayer(const LayerDef& layer, std::span<const Problem> problems)
{
    QStringList warnings;
    for (const Problem& problem : problems)
        if (problem.code == "stale_state" || problem.code == "learned_elsewhere")
            warnings << translated(problem.message);
    m_warning->setText(warnings.join("\n"));
    m_warning->setVisible(!warnings.isEmpty());
    clearFacts(*m_facts);
    clearFacts(*m_history);
    const std::vector<Config> entries
        = layer.adapted ? ledger::entries(*layer.adapted) : std::vector<Config>{};
    m_now->setText(!layer.adapted        ? tr("Has not learned anything yet.")
                       : entries.empty() ? tr("Nobody recorded what it learned from.")
                                         : tr("Learned from %1").arg(splitText(entries.front())));
    m_before->setVisible(entries.size() > 1);
    if (entries.empty())
        return;
    const Config& now = entries.front();
    const auto add = [this](const QString& name, const QString& value) {
        if (!value.isEmpty())
            addFact(*m_facts, name, value);
    };
    add(tr("when"), timeOf(now));
    if (const auto rows = countAt(now, "rows"))
        add(tr("rows"), grouped(*rows));
    if (const auto block = countAt(now, "block"))
        add(tr("rows a block"), grouped(*block));
    add(tr("took"), secondsText(now));
    add(tr("data"), hashText(now, "data"));
    add(tr("what comes in"), hashText(now, "input"));
    add(tr("parameters"), hashText(now, "parameters"));
    for (std::size_t i = 1; i < entries.size(); ++i) {
        const QString time = timeOf(entries[i]);
        addFact(*m_history, time.isEmpty() ? QString("#%1").arg(i) : time, lineOf(entries[i]));
    }
}

} // namespace lb
