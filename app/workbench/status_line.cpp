#include "app/workbench/status_line.h"

#include "widgets/support/controls.h"
#include "widgets/support/translated.h"
#include "widgets/theme/theme.h"
#include "widgets/training/run_header.h"

#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QProgressBar>
#include <QTimer>
#include <QToolButton>

#include <unistd.h>

#include <cmath>

namespace lb {
namespace {

constexpr int kMemoryMs = 2'000;

/// An icon that follows the theme, then the label.
QWidget* withIcon(const QString& icon, QLabel* label)
{
    class Icon : public QWidget {
    public:
        explicit Icon(QString name)
            : m_name(std::move(name))
        {
            setFixedSize(13, 13);
        }
        void paintEvent(QPaintEvent*) override
        {
            QPainter painter(this);
            paintIcon(painter, rect(), m_name, currentTheme().text2);
        }

    private:
        QString m_name;
    };
    auto* pair = new QWidget;
    auto* layout = new QHBoxLayout(pair);
    layout->setContentsMargins(8, 0, 8, 0);
    layout->setSpacing(5);
    layout->addWidget(new Icon(icon));
    layout->addWidget(label);
    return pair;
}

double residentGiB()
{
    QFile file("/proc/self/statm");
    if (!file.open(QFile::ReadOnly))
        return 0;
    const QList<QByteArray> pages = file.readAll().split(' ');
    const double bytes = pages.size() > 1
        ? pages[1].toDouble() * static_cast<double>(::sysconf(_SC_PAGESIZE))
        : 0;
    return bytes / (1 << 30);
}

double installedGiB()
{
    return static_cast<double>(::sysconf(_SC_PHYS_PAGES))
        * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 30);
}

} // namespace

StatusLine::StatusLine(QWidget* parent)
    : QStatusBar(parent)
    , m_problems(new QToolButton)
    , m_sentence(new ElidedLabel(""))
    , m_data(new QLabel)
    , m_memory(new QLabel)
    , m_seed(new QLabel)
    , m_zoom(new QLabel("100 %"))
    , m_trouble(new QLabel)
    , m_jobName(new QLabel)
    , m_jobPace(new QLabel)
    , m_job(new QWidget)
    , m_bar(new QProgressBar)
    , m_clear(new QTimer(this))
{
    setSizeGripEnabled(false);
    setContentsMargins(4, 0, 4, 0);
    m_problems->setObjectName("statusProblems");
    m_problems->setProperty("look", "status");
    m_problems->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_problems->setIconSize({13, 13});
    m_problems->setToolTip(tr("Show the problems"));
    connect(m_problems, &QToolButton::clicked, this, &StatusLine::problemsClicked);
    addWidget(m_problems);
    addWidget(withIcon("data", m_data));
    addWidget(withIcon("memory", m_memory));

    m_bar->setFixedWidth(140);
    m_bar->setTextVisible(false);
    auto* cancel = new QToolButton;
    cancel->setObjectName("cancelJob");
    cancel->setProperty("look", "status");
    cancel->setIcon(themedIcon("close"));
    cancel->setToolTip(tr("Cancel"));
    connect(cancel, &QToolButton::clicked, this, &StatusLine::cancelJob);
    auto* jobLayout = new QHBoxLayout(m_job);
    jobLayout->setContentsMargins(8, 0, 0, 0);
    jobLayout->setSpacing(6);
    jobLayout->addWidget(m_jobName);
    jobLayout->addWidget(m_bar);
    m_jobPace->setObjectName("jobPace");
    jobLayout->addWidget(m_jobPace);
    jobLayout->addWidget(cancel);
    addWidget(m_job);
    m_job->hide();

    m_trouble->setProperty("look", "warnChip");
    m_trouble->hide();
    addPermanentWidget(m_trouble);
    m_sentence->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred); // gives way to the rest
    addPermanentWidget(m_sentence);
    addPermanentWidget(withIcon("pin", m_seed));
    addPermanentWidget(m_zoom);
    m_zoom->setFont(uiFont(FontRole::Mono));
    m_zoom->setContentsMargins(0, 0, 10, 0);
    m_zoom->setMinimumWidth(56);
    m_zoom->setAlignment(Qt::AlignRight | Qt::AlignVCenter);

    m_clear->setSingleShot(true);
    connect(m_clear, &QTimer::timeout, this, [this] { m_sentence->setFullText(m_lasting); });
    auto* memory = new QTimer(this);
    connect(memory, &QTimer::timeout, this, &StatusLine::measureMemory);
    memory->start(kMemoryMs);
    measureMemory();
}

void StatusLine::setProblems(int errors, int warnings)
{
    if (errors > 0) {
        m_problems->setText(counted(errors, tr("1 error blocks training"), tr("%1 errors block training")));
        m_problems->setIcon(themedIcon("cross-circle", &Theme::error));
    } else if (warnings > 0) {
        m_problems->setText(counted(warnings, tr("1 warning"), tr("%1 warnings")));
        m_problems->setIcon(themedIcon("warning", &Theme::warn));
    } else {
        m_problems->setText(tr("No problems"));
        m_problems->setIcon(themedIcon("check-circle", &Theme::ok));
    }
}

void StatusLine::setData(const QString& text)
{
    m_data->setText(text);
}

void StatusLine::setSeed(qint64 seed)
{
    m_seed->setText(tr("Seed %1").arg(seed));
}

void StatusLine::setZoom(double factor)
{
    m_zoom->setText(tr("%1 %").arg(qRound(factor * 100)));
}

void StatusLine::setSentence(const QString& sentence)
{
    m_lasting = sentence;
    m_clear->stop();
    m_sentence->setFullText(sentence);
}

void StatusLine::showFor(const QString& sentence, int ms)
{
    m_sentence->setFullText(sentence);
    m_clear->start(ms);
}

void StatusLine::takeBack()
{
    if (!m_clear->isActive())
        return;
    m_clear->stop();
    m_sentence->setFullText(m_lasting);
}

void StatusLine::takeBack(const QString& sentence)
{
    if (m_sentence->fullText() == sentence)
        takeBack();
}

QString StatusLine::sentence() const
{
    return m_sentence->fullText();
}

void StatusLine::setTrouble(const QString& badge, const QString& why)
{
    m_trouble->setText(badge);
    m_trouble->setToolTip(why);
    m_trouble->setVisible(!badge.isEmpty());
}

void StatusLine::startJob(const QString& name)
{
    m_jobName->setText(name);
    m_jobPace->clear();
    m_bar->setRange(0, 0);
    m_job->show();
}

void StatusLine::setJob(double done, double total)
{
    m_bar->setRange(0, total > 0 ? 1'000 : 0);
    if (total > 0)
        m_bar->setValue(qRound(1'000 * done / total));
}

void StatusLine::setJobPace(double rowsPerSecond, double secondsLeft)
{
    QStringList parts;
    if (rowsPerSecond > 0)
        parts << tr("%1 rows/s").arg(locale().toString(rowsPerSecond, 'f', rowsPerSecond < 10 ? 1 : 0));
    if (secondsLeft > 0)
        parts << tr("%1 left").arg(durationText(std::ceil(secondsLeft)));
    m_jobPace->setText(parts.join(", "));
}

void StatusLine::endJob()
{
    m_job->hide();
}

void StatusLine::measureMemory()
{
    m_memory->setText(tr("Memory %1 of %2 GB")
                          .arg(residentGiB(), 0, 'f', 1)
                          .arg(installedGiB(), 0, 'f', 0));
}

} // namespace lb
