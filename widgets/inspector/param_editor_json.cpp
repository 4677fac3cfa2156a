#include "core/support/json.h"
#include "widgets/inspector/param_editor.h"
#include "widgets/inspector/param_row.h"
#include "widgets/inspector/typed_editor.h"
#include "widgets/support/translated.h"
#include "widgets/theme/theme.h"

#include <QFrame>
#include <QKeyEvent>
#include <QPlainTextEdit>
#include <QTextDocument>
#include <QTimer>
#include <QVBoxLayout>

namespace lb {
namespace {

constexpr std::size_t kJsonWidth = 34; ///< letters of a line in a panel of usual width
constexpr int kMostJsonLines = 16, kJsonPauseMs = 500;

/// On one line what fits, else one item a line.
std::string laidOut(const Config& value, std::size_t indent, std::size_t before)
{
    const std::string flat = writeJson(value, JsonStyle::Compact);
    if (indent + before + flat.size() <= kJsonWidth)
        return flat;
    const std::string line = "\n" + std::string(indent + 2, ' ');
    std::string text;
    if (const auto* list = value.as<ConfigList>(); list && !list->empty()) {
        for (const Config& each : *list)
            text += (text.empty() ? "[" : ",") + line + laidOut(each, indent + 2, 1);
        return text + "\n" + std::string(indent, ' ') + "]";
    }
    if (const auto* object = value.as<ConfigObject>(); object && !object->empty()) {
        for (const auto& [key, each] : *object) {
            const std::string name = writeJson(Config(key), JsonStyle::Compact) + ": ";
            text += (text.empty() ? "{" : ",") + line + name
                + laidOut(each, indent + 2, name.size() + 1);
        }
        return text + "\n" + std::string(indent, ' ') + "}";
    }
    return flat;
}

/// A value of any shape as JSON, on as many lines as it needs. What is no JSON stays as it was
/// typed, with the place and the reason beneath, and the value before stays in force.
class JsonEditor : public ParamEditor {
public:
    JsonEditor(const ParamSpec& spec, QWidget* parent)
        : ParamEditor(parent)
        , m_nullable(spec.nullable)
        , m_text(new QPlainTextEdit(this))
        , m_column(new QVBoxLayout(this))
    {
        m_column->setContentsMargins(0, 0, 0, 0);
        m_column->setSpacing(4);
        setUpTyped(*m_text);
        m_text->setPlaceholderText(spec.nullable ? tr("none") : QString());
        m_text->installEventFilter(this);
        m_column->addWidget(framed(*m_text, this));
        m_pause.setSingleShot(true);
        m_pause.setInterval(kJsonPauseMs);
        connect(&m_pause, &QTimer::timeout, this, [this] { check(); });
        connect(m_text, &QPlainTextEdit::textChanged, this, [this] {
            fitLines(*m_text, 1, kMostJsonLines);
            m_pause.start();
        });
        setFocusProxy(m_text);
    }
    bool wide() const override { return true; }
    void show(const Config& value) override
    {
        const bool same = m_isShown && value == m_shown;
        m_shown = value;
        m_isShown = true;
        const bool typed = m_text->document()->isModified();
        const auto inForce = parsed();
        if (typed ? same || m_text->hasFocus() : inForce.ok() && inForce.value() == value)
            return; // as it was typed
        put(value.isNull() ? QString() : QString::fromStdString(laidOut(value, 0, 0)));
    }
    std::optional<QString> draft() const override
    {
        return m_text->document()->isModified() ? std::optional(m_text->toPlainText())
                                                : std::nullopt;
    }
    void setDraft(const QString& text) override
    {
        m_text->selectAll();
        m_text->insertPlainText(text); // Escape and undo lead back to the value
        check();
    }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() == QEvent::FocusOut) {
            const auto reason = static_cast<QFocusEvent*>(event)->reason();
            if (reason != Qt::PopupFocusReason && reason != Qt::ActiveWindowFocusReason)
                commit();
        } else if (event->type() == QEvent::KeyPress) {
            const auto* key = static_cast<QKeyEvent*>(event);
            if ((key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter)
                && key->modifiers() & Qt::ControlModifier) {
                commit();
                return true;
            }
        }
        return ParamEditor::eventFilter(watched, event);
    }
    void resizeEvent(QResizeEvent* event) override
    {
        ParamEditor::resizeEvent(event);
        fitLines(*m_text, 1, kMostJsonLines);
    }

private:
    Result<Config> parsed() const
    {
        const QString text = m_text->toPlainText();
        if ((m_nullable || m_shown.isNull()) && text.trimmed().isEmpty())
            return Config();
        return parseJson(text.toStdString());
    }
    void put(const QString& text)
    {
        m_text->setPlainText(text);
        check();
    }
    bool check()
    {
        m_pause.stop();
        const auto value = parsed();
        showTrouble(value.ok() ? std::nullopt : std::optional(value.error()));
        return value.ok();
    }
    void commit()
    {
        if (!m_text->document()->isModified() || !check())
            return;
        m_text->document()->setModified(false);
        if (const Config value = parsed().value(); !(value == m_shown))
            Q_EMIT edited(value, false);
    }
    void showTrouble(const std::optional<Error>& error)
    {
        if (m_card) {
            m_card->hide();
            m_card->setParent(nullptr);
            m_card->deleteLater(); // it may be the one whose button was clicked
            m_card = nullptr;
        }
        if (!error)
            return;
        const Message what(LB_TR("Inspector", "%1. The value before stays in force."),
                           {translated(*error).toStdString()});
        const Problem problem{Severity::Error,
                              "no_json",
                              {},
                              {},
                              {},
                              what,
                              {Fix{LB_TR("Inspector", "Take back"), {}, {}}}};
        m_card = makeProblemCard(problem, this, [this](int) {
            put(m_shown.isNull() ? QString() : QString::fromStdString(laidOut(m_shown, 0, 0)));
        });
        m_column->addWidget(m_card);
    }

    const bool m_nullable;
    QPlainTextEdit* m_text; // Qt children
    QVBoxLayout* m_column;
    QWidget* m_card = nullptr;
    QTimer m_pause; ///< between typing and the check
    Config m_shown;
    bool m_isShown = false;
};

} // namespace

ParamEditor* makeJsonEditor(const ParamSpec& spec, QWidget* parent)
{
    return new JsonEditor(spec, parent);
}

} // namespace lb
