#include "widgets/data/sample_grid.h"

#include "core/data/sources.h"
#include "widgets/support/sample_loader.h"
#include "widgets/support/tensor_picture.h"
#include "widgets/theme/theme.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>

namespace lb {
namespace {

constexpr int kGridMargin = 12;
constexpr int kGridGap = 12;
constexpr int kLabel = 16;
constexpr int kLongestSide = 192;

} // namespace

SampleGrid::SampleGrid(QWidget* parent)
    : QAbstractScrollArea(parent)
    , m_loader(new SampleLoader(kLongestSide, this))
    , m_emptyText(tr("There are no samples."))
{
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Samples"));
    viewport()->setMouseTracking(true);
    connect(m_loader, &SampleLoader::loaded, this, [this] {
        viewport()->update();
        Q_EMIT loaded();
    });
}

SampleGrid::~SampleGrid() = default;

void SampleGrid::setSource(std::shared_ptr<const Source> source)
{
    if (source == m_source)
        return;
    m_source = std::move(source);
    m_loader->setSource(m_source);
    m_columns.clear();
    if (isList())
        for (const Column& column : m_source->columns())
            m_columns << QString::fromStdString(column.name);
    setRows({});
}

void SampleGrid::setRows(std::vector<std::int64_t> rows)
{
    m_rows = std::move(rows);
    m_captions.clear();
    m_current = -1;
    verticalScrollBar()->setValue(0);
    arrange();
}

void SampleGrid::setValidation(std::vector<std::int64_t> rows)
{
    m_validation = {rows.begin(), rows.end()};
    viewport()->update();
}

void SampleGrid::setTileSide(int side)
{
    m_side = side;
    arrange();
}

void SampleGrid::setCaptions(QStringList captions)
{
    m_captions = std::move(captions);
    viewport()->update();
}

void SampleGrid::setEmptyText(const QString& sentence)
{
    m_emptyText = sentence;
    viewport()->update();
}

std::int64_t SampleGrid::current() const
{
    return m_current < 0 ? -1 : m_rows[static_cast<std::size_t>(m_current)];
}

bool SampleGrid::isList() const
{
    return m_source && !m_source->hasImages() && !holdsSounds(*m_source);
}

int SampleGrid::head() const
{
    return isList() && m_columns.size() > 1 ? 24 : 0;
}

/// Of a list: one line, two or four.
int SampleGrid::tileHeight() const
{
    return !isList() ? m_side : m_side <= 48 ? 24 : m_side <= 64 ? 40 : 72;
}

int SampleGrid::pitchX() const
{
    if (isList())
        return viewport()->width();
    const int room = viewport()->width() - 2 * kGridMargin + kGridGap;
    return std::max(m_side + kGridGap, room / columns()); // what is left over goes between
}

int SampleGrid::pitchY() const
{
    return isList() ? tileHeight() + 1 : m_side + kLabel + kGridGap;
}

int SampleGrid::columns() const
{
    if (isList())
        return 1;
    return std::max(1, (viewport()->width() - 2 * kGridMargin + kGridGap) / (m_side + kGridGap));
}

QRect SampleGrid::tileRect(int place) const
{
    return {kGridMargin + place % columns() * pitchX(),
            head() + kGridMargin + place / columns() * pitchY() - verticalScrollBar()->value(),
            isList() ? std::max(0, viewport()->width() - 2 * kGridMargin) : m_side, tileHeight()};
}

int SampleGrid::placeAt(const QPoint& position) const
{
    const int x = position.x() - kGridMargin;
    const int y = position.y() - head() - kGridMargin + verticalScrollBar()->value();
    const int width = isList() ? viewport()->width() - 2 * kGridMargin : m_side;
    if (position.y() < head() || x < 0 || y < 0 || x / pitchX() >= columns()
        || x % pitchX() >= width)
        return -1;
    const int place = y / pitchY() * columns() + x / pitchX();
    return place < std::ssize(m_rows) ? place : -1;
}

std::pair<int, int> SampleGrid::visiblePlaces() const
{
    const int top = verticalScrollBar()->value() - kGridMargin - head();
    const int first = std::max(0, top / pitchY()) * columns();
    const int last = ((top + viewport()->height()) / pitchY() + 1) * columns();
    const int count = static_cast<int>(m_rows.size());
    return {std::min(first, count), std::min(last, count)};
}

void SampleGrid::arrange()
{
    const int lines = (static_cast<int>(m_rows.size()) + columns() - 1) / columns();
    const int height = head() + lines * pitchY() + 2 * kGridMargin - (isList() ? 0 : kGridGap);
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(pitchY() / 3);
    verticalScrollBar()->setRange(0, std::max(0, height - viewport()->height()));
    wishForVisible();
    viewport()->update();
}

void SampleGrid::wishForVisible()
{
    if (!m_source)
        return;
    const auto [first, last] = visiblePlaces();
    const int ahead = std::min(static_cast<int>(m_rows.size()), last + 2 * columns());
    m_loader->wish({m_rows.begin() + first, m_rows.begin() + ahead});
}

bool SampleGrid::settled() const
{
    const auto [first, last] = visiblePlaces();
    for (int place = first; place < last; ++place) {
        const std::int64_t index = m_rows[static_cast<std::size_t>(place)];
        if (m_loader->picture(index).isNull() && m_loader->failure(index).isEmpty()
            && m_loader->words(index).isEmpty())
            return false;
    }
    return true;
}

QImage SampleGrid::pictureAt(int place) const
{
    return m_loader->picture(m_rows.at(static_cast<std::size_t>(place)));
}

QString SampleGrid::currentFailure() const
{
    return m_current < 0 ? QString() : m_loader->failure(current());
}

QString SampleGrid::currentWords() const
{
    return m_current < 0 ? QString() : m_loader->words(current());
}

QImage SampleGrid::currentPicture() const
{
    return m_current < 0 ? QImage() : pictureAt(m_current);
}

void SampleGrid::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), theme.canvas);
    if (hasFocus()) {
        painter.setPen(theme.accent);
        painter.drawRect(viewport()->rect().adjusted(0, 0, -1, -1));
    }
    if (m_rows.empty()) {
        painter.setPen(theme.text3);
        painter.setFont(uiFont(FontRole::Base));
        painter.drawText(viewport()->rect().adjusted(24, 24, -24, -24),
                         static_cast<int>(Qt::AlignCenter) | Qt::TextWordWrap, m_emptyText);
        return;
    }
    const auto [first, last] = visiblePlaces();
    for (int place = first; place < last; ++place)
        if (isList())
            paintLine(painter, place);
        else
            paintTile(painter, place);
    if (head() > 0)
        paintHead(painter);
}

void SampleGrid::paintTile(QPainter& painter, int place) const
{
    const Theme& theme = currentTheme();
    const std::int64_t index = m_rows[static_cast<std::size_t>(place)];
    const QRect box = tileRect(place);
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath frame;
    frame.addRoundedRect(box, 4, 4);
    painter.fillPath(frame, theme.field);
    const QImage picture = m_loader->picture(index);
    if (!picture.isNull()) {
        const QImage shown = fitted(picture, box.size() * devicePixelRatioF());
        QRectF at({0, 0}, QSizeF(shown.size()) / devicePixelRatioF());
        at.moveCenter(QRectF(box).center());
        painter.save();
        painter.setClipPath(frame);
        painter.drawImage(at, shown);
        painter.restore();
    } else if (!m_loader->failure(index).isEmpty()) {
        paintIcon(painter, QRectF(box.center() - QPoint(8, 8), QSize(16, 16)), "cross-circle",
                  theme.error);
    }
    const bool isCurrent = place == m_current;
    const bool focused = isCurrent && hasFocus();
    painter.setPen(QPen(isCurrent ? theme.accent : theme.line, isCurrent ? 2 : 1));
    painter.setBrush(Qt::NoBrush);
    const qreal out = isCurrent ? 2 : 0.5;
    painter.drawRoundedRect(QRectF(box).adjusted(-out, -out, out, out), 5, 5);
    if (m_validation.contains(index)) {
        const QRect chip(box.right() - 23, box.top() + 3, 22, 13);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.panel);
        painter.drawRoundedRect(chip, 3, 3);
        painter.setPen(theme.validation);
        painter.setFont(uiFont(FontRole::MonoTiny));
        painter.drawText(chip, Qt::AlignCenter, tr("val"));
    }
    const QRect words(box.left() - kGridGap / 2, box.bottom() + 3, box.width() + kGridGap, kLabel);
    painter.setFont(uiFont(FontRole::Chip));
    painter.setPen(focused ? theme.accent : isCurrent ? theme.text : theme.text2);
    QString caption = m_captions.value(place);
    if (caption.isEmpty() && m_source) {
        caption = QString::fromStdString(labelName(*m_source, index));
    }
    painter.drawText(words, Qt::AlignHCenter | Qt::AlignTop,
                     painter.fontMetrics().elidedText(caption, Qt::ElideRight, words.width()));
}

void SampleGrid::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    arrange();
}

void SampleGrid::scrollContentsBy(int, int)
{
    wishForVisible();
    viewport()->update();
}

void SampleGrid::makeCurrent(int place)
{
    if (place < 0 || place >= std::ssize(m_rows))
        return;
    m_current = place;
    const QRect box = tileRect(place);
    const int below = box.bottom() + (isList() ? 0 : kLabel) + kGridMargin - viewport()->height();
    const int above = box.top() - head() - kGridMargin;
    if (above < 0)
        verticalScrollBar()->setValue(verticalScrollBar()->value() + above);
    else if (below > 0)
        verticalScrollBar()->setValue(verticalScrollBar()->value() + below);
    viewport()->update();
    if (m_source)
        setAccessibleDescription(tipOf(current()));
    Q_EMIT currentChanged(current());
}

void SampleGrid::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton) // a negative place is ignored
        makeCurrent(placeAt(event->position().toPoint()));
}

void SampleGrid::mouseDoubleClickEvent(QMouseEvent* event)
{
    const int place = placeAt(event->position().toPoint());
    if (event->button() != Qt::LeftButton || place < 0)
        return;
    makeCurrent(place);
    Q_EMIT pinRequested(current());
}

void SampleGrid::keyPressEvent(QKeyEvent* event)
{
    const int page = std::max(1, viewport()->height() / pitchY()) * columns();
    const int last = static_cast<int>(m_rows.size()) - 1;
    switch (event->key()) {
    case Qt::Key_Left:
        return makeCurrent(std::max(0, m_current - 1));
    case Qt::Key_Right:
        return makeCurrent(std::min(last, m_current + 1));
    case Qt::Key_Up:
        return makeCurrent(m_current >= columns() ? m_current - columns() : std::max(0, m_current));
    case Qt::Key_Down:
        return makeCurrent(m_current < 0 ? 0 : std::min(last, m_current + columns()));
    case Qt::Key_PageUp:
        return makeCurrent(std::max(0, m_current - page));
    case Qt::Key_PageDown:
        return makeCurrent(std::min(last, m_current + page));
    case Qt::Key_Home:
        return makeCurrent(0);
    case Qt::Key_End:
        return makeCurrent(last);
    case Qt::Key_P:
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current >= 0)
            Q_EMIT pinRequested(current());
        return;
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

QString SampleGrid::tipOf(std::int64_t index) const
{
    QString tip = tr("%1\n%2, sample %3\n%4")
                      .arg(QString::fromStdString(m_source->nameOf(index)),
                           QString::fromStdString(labelName(*m_source, index)))
                      .arg(index)
                      .arg(m_validation.contains(index) ? tr("validation split")
                                                        : tr("training split"));
    for (const QString& more : {m_loader->words(index), m_loader->failure(index)})
        if (!more.isEmpty())
            tip += '\n' + more;
    return tip;
}

bool SampleGrid::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && m_source) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int place = placeAt(help->pos());
        if (place >= 0)
            QToolTip::showText(help->globalPos(), tipOf(m_rows[static_cast<std::size_t>(place)]),
                               viewport());
        else
            QToolTip::hideText();
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void SampleGrid::contextMenuEvent(QContextMenuEvent* event)
{
    const int place = placeAt(event->pos());
    if (place < 0)
        return;
    makeCurrent(place);
    QMenu menu;
    menu.addAction(themedIcon("pin"), tr("Pin as sample\tP"), this,
                   [this] { Q_EMIT pinRequested(current()); });
    menu.exec(event->globalPos());
}

} // namespace lb
