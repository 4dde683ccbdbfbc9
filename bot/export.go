package bot

import (
	"bytes"
	"context"
	"regexp"
	"strings"

	"huibao/internal/export"
	"huibao/internal/fault"
	"huibao/reports"
	"huibao/templates"
)

// The formats of an export; the first is the one nobody has to name.
const (
	formatXLSX = "xlsx"
	formatCSV  = "csv"
)

// largestFile is what the platform takes. Source: im-v1/file/create.
const largestFile = 30 << 20

// exportCommand is /export.
func exportCommand(b *Bot) Command {
	return Command{
		Name:       "export",
		Aliases:    []string{"导出"}, //nolint:gosmopolitan // its Chinese name
		Usage:      "[PERIOD] [xlsx|csv] [unit=cn|us|sg|jp]",
		SummaryKey: "command.export.summary",
		Examples:   []string{"/export last month", "/导出 最近30天 csv"}, //nolint:gosmopolitan // typed as it is
		Options:    []Option{unitOption},
		Run:        b.export,
	}
}

// export answers with the daily rows as a file.
func (b *Bot) export(ctx context.Context, r request, arguments arguments) (templates.Ladder, error) {
	format := takeFormat(&arguments)
	query, err := b.readQuery(r, arguments)
	if err != nil {
		return templates.Ladder{}, err
	}
	return b.exportFile(ctx, r.asker, query, format)
}

// gluedFormat is a format behind Chinese words without space, as in 最近30天csv.
var gluedFormat = regexp.MustCompile(`(\p{Han})(` + formatXLSX + `|` + formatCSV + `)$`) //nolint:gosmopolitan // typed as it is

// takeFormat takes the format out of a command's words, where it may stand first
// or last.
func takeFormat(arguments *arguments) string {
	words := strings.Fields(gluedFormat.ReplaceAllString(arguments.words, "$1 $2"))
	for _, at := range []int{len(words) - 1, 0} {
		if at < 0 || at >= len(words) || words[at] != formatXLSX && words[at] != formatCSV {
			continue
		}
		format := words[at]
		arguments.words = strings.Join(append(words[:at:at], words[at+1:]...), " ")
		return format
	}
	return formatXLSX
}

// exportView answers a pressed button with the file of the card's period.
func (b *Bot) exportView(ctx context.Context, p pressed) (templates.Ladder, error) {
	query, err := p.readView(p.view())
	if err != nil {
		return templates.Ladder{}, err
	}
	return b.exportFile(ctx, p.asker, query, formatXLSX)
}

// exportFile makes the file, hands it to the platform, and answers with it.
func (b *Bot) exportFile(ctx context.Context, a asker, query reports.Query, format string) (templates.Ladder, error) {
	query.Compare = reports.CompareNone
	report, err := b.Reports.Report(ctx, query)
	if err != nil {
		return templates.Ladder{}, err
	}
	content, err := a.fileOf(report, format)
	if err != nil {
		return templates.Ladder{}, err
	}
	name := fileName(report, format)
	key, err := b.Platform.UploadFile(ctx, a.tenantKey, name, content)
	if err != nil {
		return templates.Ladder{}, err
	}
	file := templates.FileContent(key)
	ladder := templates.Exported(a.locale, report, name)
	ladder.File = &file
	return ladder, nil
}

// fileOf writes the report's days.
func (a asker) fileOf(report *reports.Report, format string) ([]byte, error) {
	var file bytes.Buffer
	write := func() error { return export.CSV(&file, report) }
	if format == formatXLSX {
		write = func() error {
			text := func(key string) string { return templates.Text(a.locale, key, nil) }
			return export.XLSX(&file, report, export.NewLabels(text, report.Unit))
		}
	}
	if err := write(); err != nil {
		return nil, err
	}
	if file.Len() > largestFile {
		return nil, fault.New(fault.TooLarge, "fault.export.too_large", nil)
	}
	return file.Bytes(), nil
}

// fileName names a file by what it covers.
func fileName(report *reports.Report, format string) string {
	name := "huibao_" + report.Period.From.String()
	if report.Period.From != report.Period.To {
		name += "_" + report.Period.To.String()
	}
	if report.Unit != reports.UnitNone {
		name += "_" + string(report.Unit)
	}
	return name + "." + format
}
