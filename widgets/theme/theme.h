#pragma once

#include "core/layers/layer.h"

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QPalette>
#include <QString>

class QPainter;
class QRectF;

namespace lb {

/// Every colour of the program, named by use; two instances. Painting code reads currentTheme()
/// inside paintEvent, so a switch needs no wiring: widgets get QEvent::PaletteChange and repaint.
struct Theme {
    QString name; ///< "dark", "light": stable, in settings and on the command line
    bool isDark = true;

    QColor window, panel, canvas, dot, lane, laneLine, raised, field, hover, line, line2;
    QColor text, text2, text3;
    QColor accent, accentBg, onAccent;
    QColor ok, okBg, warn, warnBg, error, errorBg, trainOnly, trainOnlyBg, validation;

    struct Groups {
        QColor data, image, random, text, numeric, layer, sequence, output;
    } group; ///< of icon tiles: the colour at 18 % behind an icon in the colour
    struct Ports {
        QColor image, string, ids, vector, sequence, label;
    } port; ///< of ports and wires

    QColor groupColor(About::Family family) const;

    static const Theme& dark();
    static const Theme& light();
};

const Theme& currentTheme(); ///< GUI thread; dark until setTheme()
/// Fills the application's palette, font and style sheet from the tokens.
void setTheme(const Theme& theme);

enum class FontRole : std::uint8_t {
    Base, ///< 12
    Hint, ///< 11
    Chip, ///< 10
    Tab, ///< 13 medium
    Title, ///< 12 semibold
    InspectorTitle, ///< 14 semibold
    Figure, ///< 15 semibold
    BigFigure, ///< 17 semibold
    Mono, ///< 11: values, shapes, seeds, code
    MonoSmall, ///< 10: on wires and in node footers
    MonoTiny, ///< 9: minimap
};
QFont uiFont(FontRole role); ///< Inter, JetBrains Mono; the system's where they are missing

/// A token by pointer to member, so that what holds one follows a theme switch.
using Token = QColor Theme::*;

/// An icon of resources/icons ("rotate"), drawn in the token's colour of the theme that is current
/// when it is painted; disabled ones in text3.
QIcon themedIcon(const QString& name, Token token = &Theme::text2);
/// The same as a picture for painting code; `side` in device-independent pixels.
QPixmap tintedPixmap(const QString& name, const QColor& color, int side, qreal ratio = 2);
void paintIcon(QPainter& painter, const QRectF& box, const QString& name, const QColor& color);
/// A rounded tile of `color` at 18 % with the icon in `color`: what stands for a layer everywhere.
void paintTile(QPainter& painter, const QRectF& box, const QString& name, const QColor& color);

QString layerIcon(std::string_view kerasClass); ///< "rotate" for RandomRotation
QColor layerColor(std::string_view kerasClass, About::Family family); ///< of the current theme

} // namespace lb
