// The words for what somebody else changed at the same time.

export const words = {
  zh_cn: {
    'meanwhile.title': '有人刚刚修改过',
    'meanwhile.text': '你打开之后，{who} 在 {at} 修改了它：',
    'meanwhile.somebody': '你打开之后，有人修改了它：',
    'meanwhile.mine': '你的更改：{value}',
    'meanwhile.what': '仍然保存会写入你改过的内容，其余保留对方的更改。',
    'meanwhile.theirs': '放弃我的，采用对方的',
    'meanwhile.save': '仍然保存',
  },
  en_us: {
    'meanwhile.title': 'Somebody changed it meanwhile',
    'meanwhile.text': '{who} changed it at {at}, after you opened it:',
    'meanwhile.somebody': 'It was changed after you opened it:',
    'meanwhile.mine': 'yours: {value}',
    'meanwhile.what': 'Saving anyway writes what you changed over it, and keeps the rest of theirs.',
    'meanwhile.theirs': 'Drop mine, take theirs',
    'meanwhile.save': 'Save anyway',
  },
  ja_jp: {
    'meanwhile.title': 'ほかの人が変更しました',
    'meanwhile.text': '開いたあとに、{who} が {at} に変更しました：',
    'meanwhile.somebody': '開いたあとに、ほかの人が変更しました：',
    'meanwhile.mine': 'あなたの変更：{value}',
    'meanwhile.what': '「このまま保存」では自分が変えた項目だけを上書きし、ほかは相手の変更を残します。',
    'meanwhile.theirs': '自分の変更を捨てる',
    'meanwhile.save': 'このまま保存',
  },
};
