#include "widgets/inspector/try_output.h"

#include "core/conform/numbers.h"
#include "core/interop/code/tensor_code.h"
#include "core/preview/annotated_picture.h"
#include "core/tensor/typed_numbers.h"
#include "widgets/inspector/inspector_pages.h"
#include "widgets/inspector/typed_editor.h"
#include "widgets/preview/pictures.h"
#include "widgets/support/controls.h"
#include "widgets/support/tensor_picture.h"
#include "widgets/theme/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QPlainTextEdit>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>

namespace lb {
namespace {

constexpr std::int64_t kMostCopied = 1'000'000;
constexpr int kPictureSide = 160;
constexpr int kMostLines = 12;

/// Without the batch axis.
Tensor firstOf(const Tensor& y)
{
    const Shape inner(y.shape().begin() + 1, y.shape().end());
    const auto size = static_cast<std::size_t>(elementCount(inner) * sizeOf(y.dtype()));
    return Tensor::makeRaw(y.dtype(), inner, [&](std::span<std::byte> out) {
        std::ranges::copy(y.bytes().first(size), out.begin());
    });
}

/// What is drawn of a result: a matrix as a whole, else its first sample.
Tensor shownOf(const Tensor& y)
{
    if (y.shape().size() < 3 || y.shape()[0] < 1 || y.dtype() == DType::String)
        return y;
    return firstOf(y);
}

/// A matrix, a cell a number, from its least to its largest; magenta is not finite.
QImage matrixImage(const Tensor& matrix)
{
    const auto rows = static_cast<int>(matrix.shape()[0]);
    const auto columns = static_cast<int>(matrix.shape()[1]);
    const Tensor numbers = converted(matrix, DType::Float64);
    double least = std::numeric_limits<double>::infinity(), most = -least;
    for (const double x : numbers.values<double>())
        if (std::isfinite(x)) {
            least = std::min(least, x);
            most = std::max(most, x);
        }
    const double width = most > least ? most - least : 1;
    QImage image(columns, rows, QImage::Format_RGB32);
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column) {
            const double x
                = numbers.values<double>()[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns)
                                           + static_cast<std::size_t>(column)];
            const Rgb color = std::isfinite(x) ? viridis((x - least) / width) : Rgb{255, 0, 255};
            image.setPixel(column, row, qRgb(color[0], color[1], color[2]));
        }
    return image;
}

/// What belongs to the first image of an answer.
ImageAnnotations annotationsOf(std::span<const Tensor> outputs, std::span<const Role> roles)
{
    ImageAnnotations result;
    for (std::size_t i = 0; i < std::min(outputs.size(), roles.size()); ++i) {
        const Tensor& y = outputs[i];
        if (y.shape().empty() || y.shape()[0] < 1 || y.dtype() == DType::String)
            continue;
        if (roles[i] == Role::SegmentationMasks)
            result.mask = firstOf(y);
        else if (roles[i] == Role::Boxes)
            result.boxes = firstOf(y);
        else if (roles[i] == Role::BoxLabels)
            result.labels = firstOf(y);
    }
    return result;
}

QString roleText(Role role)
{
    switch (role) {
    case Role::Images: return TryOutput::tr("images");
    case Role::SegmentationMasks: return TryOutput::tr("masks");
    case Role::Boxes: return TryOutput::tr("boxes: left, top, right, bottom");
    case Role::BoxLabels: return TryOutput::tr("classes of the boxes");
    case Role::Labels: return TryOutput::tr("labels");
    }
    return {};
}

QString drawnText(const RandomLayerType& type, const Transformation& drawn, std::int64_t samples)
{
    constexpr std::int64_t kMost = 4;
    QStringList shown;
    for (std::int64_t i = 0; i < std::min(samples, kMost); ++i)
        shown << QString::fromStdString(type.shown(drawn, static_cast<std::size_t>(i)));
    shown.removeAll(QString());
    return shown.join("   ") + (samples > kMost ? "   …" : "");
}

} // namespace

TryOutput::TryOutput(QWidget* parent)
    : QWidget(parent)
    , m_caption(new ElidedLabel("monoHint", Qt::ElideRight, this))
    , m_copy(makeButton(tr("Copy"), "copy", "small", tr("Copies every number of the result"), this))
    , m_errorCard(new QFrame(this))
    , m_error(new QLabel(m_errorCard))
    , m_numbers(new QPlainTextEdit(this))
    , m_drawn(makeLabel({}, "mono", this))
    , m_pictures(new QLabel(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(makeLabel(tr("Gives"), "title", this));
    head->addWidget(m_caption, 1);
    head->addWidget(m_copy);
    column->addLayout(head);
    m_errorCard->setProperty("look", "errorCard");
    m_errorCard->setObjectName("tryError");
    m_error->setWordWrap(true);
    m_error->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* inside = new QVBoxLayout(m_errorCard);
    inside->setContentsMargins(12, 10, 12, 10);
    inside->addWidget(m_error);
    column->addWidget(m_errorCard);
    m_numbers->setObjectName("tryNumbers");
    m_numbers->setReadOnly(true);
    setUpNumbers(*m_numbers);
    m_frame = framed(*m_numbers, this);
    column->addWidget(m_frame);
    m_drawn->setObjectName("tryDrawn");
    m_drawn->setWordWrap(true);
    column->addWidget(m_drawn);
    m_pictures->setObjectName("tryPictures");
    m_pictures->setMinimumWidth(1);
    column->addWidget(m_pictures);
    auto* menu = new QMenu(m_copy);
    m_copy->setObjectName("tryCopy");
    const std::pair<QString, Format> formats[]
        = {{tr("as NumPy"), Format::NumPy}, {tr("as R"), Format::R}, {tr("as CSV"), Format::Csv}};
    for (const auto& [name, format] : formats)
        connect(menu->addAction(name), &QAction::triggered, this,
                [this, format] { copy(format); });
    m_copy->setMenu(menu);
    m_errorCard->hide();
    m_drawn->hide();
    m_pictures->hide();
    m_copy->setEnabled(false);
}

void TryOutput::showAnswer(const LayerAnswer& answer, const LayerType& type, const QImage& input,
                           std::span<const Role> roles, std::vector<std::string> names)
{
    m_outputs = answer.outputs;
    m_annotations = annotationsOf(m_outputs, roles);
    m_names = std::move(names);
    m_errorCard->hide();
    m_frame->show();
    QStringList shapes, texts;
    std::int64_t count = 0;
    for (std::size_t i = 0; i < m_outputs.size(); ++i) {
        const Tensor& y = m_outputs[i];
        const auto name = nameOf(y.dtype());
        shapes << QString::fromLatin1(name.data(), qsizetype(name.size())) + " "
                + QString::fromStdString(text(y.shape()));
        const QString values = QString::fromStdString(readableText(y));
        if (i < roles.size() && roles.size() > 1)
            texts.prepend(roleText(roles[i]) + "\n" + values); // few numbers stand before many
        else
            texts << values;
        count += elementCount(y.shape());
    }
    for (const auto& mask : answer.masks)
        if (mask)
            texts << tr("mask") + "\n" + QString::fromStdString(readableText(*mask));
    m_shape = shapes.join(", ");
    m_caption->setFullText(m_shape);
    m_copy->setEnabled(count <= kMostCopied && count > 0);
    m_copy->setToolTip(count > kMostCopied ? tr("More than a million numbers are not copied; the "
                                                "command line writes them into a file")
                                           : tr("Copies every number of the result"));
    if (const QString shown = texts.join("\n\n"); m_numbers->toPlainText() != shown)
        m_numbers->setPlainText(shown);
    fitLines(*m_numbers, 1, kMostLines);
    const auto* random = dynamic_cast<const RandomLayerType*>(&type);
    const Shape first = m_outputs.empty() ? Shape{} : m_outputs.front().shape();
    const QString drawn = random && !answer.drawn.empty()
        ? drawnText(*random, answer.drawn, first.empty() ? 1 : first[0])
        : QString();
    m_drawn->setText(tr("drew %1").arg(drawn));
    m_drawn->setVisible(!drawn.isEmpty());
    m_in = input;
    drawPicture();
}

/// Images and vectors as previews draw them, other matrices as cells.
void TryOutput::drawPicture()
{
    constexpr std::int64_t kMostCells = 4'000;
    m_out = {};
    m_rows = 0;
    const Tensor y = m_outputs.empty() ? Tensor() : shownOf(m_outputs.front());
    if (elementCount(y.shape()) > 0 && y.dtype() != DType::String) {
        const bool turned = m_axes != PictureAxes::AsTheyLie;
        const bool cells = y.shape().size() == 2 && !turned && m_in.isNull() && y.shape()[0] <= kMostCells
            && y.shape()[1] <= kMostCells;
        m_rows = cells ? static_cast<int>(y.shape()[0]) : 0;
        Picture picture;
        PictureOptions drawing = pictureOptions(kPictureSide);
        drawing.axes = m_axes;
        if (!cells)
            picture = pictureOf(y, ValueRange::unknown(), drawing);
        annotate(picture, m_annotations, y.shape(), m_names);
        m_out = cells ? matrixImage(y) : imageOf(picture);
    }
    showPictures();
}

void TryOutput::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange && !m_outputs.empty())
        drawPicture(); // in the colours of the new theme
}

void TryOutput::showError(const QString& message)
{
    clear();
    m_error->setText(message);
    m_errorCard->show();
}

void TryOutput::clear()
{
    m_outputs.clear();
    m_annotations = {};
    m_out = {};
    m_errorCard->hide();
    m_frame->hide();
    m_drawn->hide();
    m_pictures->hide();
    m_copy->setEnabled(false);
    m_shape.clear();
    m_caption->setFullText({});
}

void TryOutput::setBusy(bool busy)
{
    m_caption->setFullText(busy ? tr("computing…") : m_shape);
}

void TryOutput::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (!m_out.isNull())
        showPictures();
}

/// What went in and what came out, side by side.
void TryOutput::showPictures()
{
    m_pictures->setVisible(!m_out.isNull());
    if (m_out.isNull())
        return;
    constexpr int kGap = 8;
    const bool both = !m_in.isNull();
    const int width = std::max(48, both ? (this->width() - kGap) / 2 : this->width());
    constexpr int kRow = 20;
    const int height = m_rows > 0 ? std::min(m_rows * kRow, kPictureSide) : kPictureSide;
    const QSize box(width, std::min(width, height));
    const qreal ratio = devicePixelRatioF();
    const QImage out = fitted(m_out, box * ratio);
    const QImage in = both ? fitted(m_in, box * ratio) : QImage();
    QPixmap canvas(int((both ? 2 * width + kGap : width) * ratio),
                   std::max(out.height(), in.height()));
    canvas.fill(Qt::transparent);
    QPainter painter(&canvas);
    painter.drawImage(0, 0, both ? in : out);
    if (both)
        painter.drawImage(int((width + kGap) * ratio), 0, out);
    painter.end();
    canvas.setDevicePixelRatio(ratio);
    m_pictures->setPixmap(canvas);
}

void TryOutput::copy(Format format) const
{
    std::string text;
    for (const Tensor& y : m_outputs) {
        text += text.empty() ? "" : "\n";
        text += format == Format::NumPy ? numpyCode(y)
            : format == Format::R       ? rCode(y)
                                        : csvText(y);
    }
    QGuiApplication::clipboard()->setText(QString::fromStdString(text));
}

} // namespace lb
