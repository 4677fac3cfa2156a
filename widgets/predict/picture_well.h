#pragma once

#include <QImage>
#include <QWidget>

namespace lb {

/// A place for a picture: shows one, takes a dropped file, and asks for one when it is clicked.
class PictureWell : public QWidget {
    Q_OBJECT
public:
    explicit PictureWell(QWidget* parent = nullptr);

    void setPicture(const QImage& picture);
    const QImage& picture() const { return m_picture; }

signals:
    void fileDropped(const QString& path);
    void clicked();

protected:
    void paintEvent(QPaintEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QImage m_picture;
    bool m_hovered = false;
};

} // namespace lb
