// The words of posting a delivery again.

export const words = {
  zh_cn: {
    'posting.schedule_gone': '定时推送已删除',
    'posting.nameless': '未命名的定时推送',
    'posting.nameless_number': '未命名（#{n}）',
    'posting.retry': '重新发送',
    'posting.retry_title': '重新发送这次推送？',
    'posting.retry_text': '将按 {at} 那一次的统计周期重新生成报告，并作为新消息发到“{chat}”，会话中的所有人都能看到。',
    'posting.retry_unknown': '上一次的卡片可能已经在会话里了，请先到会话中确认；如果卡片已在，重新发送会出现两张。',
    'posting.retrying': '正在重新发送',
  },
  en_us: {
    'posting.schedule_gone': 'Deleted schedule',
    'posting.nameless': 'Unnamed schedule',
    'posting.nameless_number': 'Unnamed schedule #{n}',
    'posting.retry': 'Retry',
    'posting.retry_title': 'Post this delivery again?',
    'posting.retry_text': 'The report of {at} is made again and posted to “{chat}” as a new message. Everybody in the chat sees it.',
    'posting.retry_unknown': 'The card of the last attempt may already be in the chat. Look there first: if it is, a retry posts it a second time.',
    'posting.retrying': 'It is being posted again',
  },
  ja_jp: {
    'posting.schedule_gone': '削除された定期配信',
    'posting.nameless': '名前のない定期配信',
    'posting.nameless_number': '名前のない定期配信 #{n}',
    'posting.retry': '再送信',
    'posting.retry_title': 'この配信を再送信しますか？',
    'posting.retry_text': '{at} の回のレポートを作り直し、新しいメッセージとして「{chat}」に送信します。チャットの全員に表示されます。',
    'posting.retry_unknown': '前回のカードがすでにチャットに届いている可能性があります。先にチャットを確認してください。届いている場合、再送信すると 2 枚になります。',
    'posting.retrying': '再送信しています',
  },
};
