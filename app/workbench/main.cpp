#include "app/workbench/command_line.h"
#include "app/workbench/file_actions.h"
#include "app/workbench/recovery.h"
#include "app/workbench/safe_application.h"
#include "app/workbench/screenshot.h"
#include "app/workbench/session.h"
#include "widgets/support/plural_forms.h"
#include "widgets/theme/theme.h"

#include <QMessageBox>
#include <QSettings>

#include <cstdio>

int main(int argc, char** argv)
{
    QCoreApplication::setOrganizationName("layerbench");
    QCoreApplication::setApplicationName("layerbench");
    QCoreApplication::setApplicationVersion(LAYERBENCH_VERSION);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    lb::SafeApplication application(argc, argv);
    QApplication::setApplicationDisplayName("Layerbench");
    const lb::CommandLine line = lb::parsedCommandLine(QCoreApplication::arguments());
    if (line.exitCode) {
        std::fprintf(*line.exitCode == 0 ? stdout : stderr, "%s\n", qUtf8Printable(line.message));
        return *line.exitCode;
    }
    lb::PluralForms plurals;
    QCoreApplication::installTranslator(&plurals);
    const bool painting = !line.screenshot.isEmpty();
    const QString theme
        = line.theme.value_or(QSettings().value("theme", "dark").toString());
    lb::setTheme(theme == "light" ? lb::Theme::light() : lb::Theme::dark());

    lb::LayerRegistry registry;
    lb::registerBuiltinLayers(registry);
    lb::Session session(registry);
    lb::MainWindow window(session);
    application.setListener([&window](const QString& what) {
        window.complain(what);
        QMessageBox::critical(&window, QObject::tr("Layerbench"), what);
    });
    if (!window.files().startFrom(line.templateName)) {
        std::fprintf(stderr, "there is no template called %s\n",
                     qUtf8Printable(line.templateName));
        return 2;
    }
    // So that somebody who sees it for the first time sees a layer at work.
    if (const lb::Node* rotation = session.document().named("random_rotation"))
        session.select({rotation->id});
    window.resize(line.size);
    if (!painting)
        window.restorePlace(!line.sizeIsGiven);
    window.setWorkspace(line.workspace);
    window.show();
    if (painting) {
        if (!line.project.isEmpty())
            if (const lb::Result<> opened = session.open(line.project); !opened.ok()) {
                std::fprintf(stderr, "%s: %s\n", opened.error().where.c_str(),
                             lb::english(opened.error().message).c_str());
                return 1;
            }
        return lb::paintedInto(window, line);
    }
    lb::Recovery recovery(session, window);
    if (!recovery.offer() && !line.project.isEmpty())
        window.files().openFile(line.project);
    return QApplication::exec();
}
