#pragma once

#include "core/conform/layer_call.h"
#include "core/data/image_annotations.h"
#include "core/preview/picture.h"

#include <QImage>
#include <QWidget>

class QFrame;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace lb {

class ElidedLabel;

/// What a call of a layer gave: numbers and picture, what was drawn, or why it was refused; to be
/// copied as NumPy, R or CSV.
class TryOutput : public QWidget {
    Q_OBJECT
public:
    explicit TryOutput(QWidget* parent = nullptr);

    /// `input` is the picture that went in, if one did; the one that came out stands beside it.
    /// `roles` of the outputs where masks and boxes came too, which lie over the picture then;
    /// `names` of the boxes' classes.
    void showAnswer(const LayerAnswer& answer, const LayerType& type, const QImage& input,
                    std::span<const Role> roles = {}, std::vector<std::string> names = {});
    void setAxes(PictureAxes axes) { m_axes = axes; } ///< of the answers that come
    void showError(const QString& message);
    void clear();
    void setBusy(bool busy); ///< the old answer stays, its caption says that a new one is coming

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    enum class Format : std::uint8_t { NumPy, R, Csv };
    void copy(Format format) const;
    void drawPicture();
    void showPictures();

    std::vector<Tensor> m_outputs;
    ImageAnnotations m_annotations; ///< of the first sample that came out
    std::vector<std::string> m_names; ///< of the boxes' classes
    QString m_shape;
    PictureAxes m_axes = PictureAxes::AsTheyLie;
    QImage m_in, m_out;
    int m_rows = 0; ///< of a matrix that is drawn; 0: a picture
    ElidedLabel* m_caption; // Qt children
    QPushButton* m_copy;
    QFrame* m_errorCard;
    QLabel* m_error;
    QPlainTextEdit* m_numbers;
    QFrame* m_frame; ///< around it
    QLabel* m_drawn;
    QLabel* m_pictures;
};

} // namespace lb
