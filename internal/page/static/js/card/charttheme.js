// VChart's look on a light and on a dark card. What a spec sets itself wins.

const fontFamily = 'system-ui, -apple-system, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

const series = ['#3370ff', '#14a3a8', '#ff8f1f', '#2ea121', '#7f3bf5', '#f5c400', '#245bdb', '#b37feb', '#00897b', '#e65ab4'];

const palettes = {
  light: {
    backgroundColor: 'transparent', primaryFontColor: '#1f2329', secondaryFontColor: '#51565d', tertiaryFontColor: '#646a73', axisLabelFontColor: '#646a73',
    axisGridColor: 'rgba(31,35,41,0.08)', axisDomainColor: 'rgba(31,35,41,0.2)', hoverBackgroundColor: 'rgba(31,35,41,0.06)',
    popupBackgroundColor: '#ffffff', shadowColor: 'rgba(31,35,41,0.16)',
  },
  dark: {
    backgroundColor: 'transparent', primaryFontColor: '#ebecef', secondaryFontColor: '#b8bcc4', tertiaryFontColor: '#9da2ab', axisLabelFontColor: '#9da2ab',
    axisGridColor: 'rgba(255,255,255,0.08)', axisDomainColor: 'rgba(255,255,255,0.22)', hoverBackgroundColor: 'rgba(255,255,255,0.08)',
    popupBackgroundColor: '#34373d', shadowColor: 'rgba(0,0,0,0.5)',
  },
};

/** The theme of a name, for VChart's option. */
export function chartTheme(name) {
  return {
    type: name,
    background: 'transparent',
    padding: { top: 4, right: 8, bottom: 4, left: 0 },
    fontFamily,
    colorScheme: { default: { dataScheme: series, palette: palettes[name] } },
    component: {
      title: { textStyle: { fontSize: 14, fontWeight: 600 }, padding: { top: 0, bottom: 12 } },
      discreteLegend: { padding: { top: 12, bottom: 0 } },
    },
  };
}
