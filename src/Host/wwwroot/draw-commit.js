// Makes a party's nonce in the party's own browser and fills in its commitment. The nonce leaves this page only in the file the person saves.
(() => {
  const hex = bytes => Array.from(new Uint8Array(bytes), b => b.toString(16).padStart(2, '0')).join('');
  const say = (after, text) => {
    let line = after.parentElement.querySelector('.nonce-line');
    if (!line) { line = document.createElement('p'); line.className = 'help nonce-line'; line.setAttribute('role', 'status'); after.insertAdjacentElement('afterend', line); }
    line.textContent = text;
    return line;
  };
  const button = (text, press) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = 'btn small';
    made.textContent = text;
    made.addEventListener('click', press);
    return made;
  };

  const commitment = document.getElementById('f-commitment');
  if (commitment) {
    // SHA-256 is offered by browsers on https and localhost only; elsewhere the commitment is made with a tool of the person's own.
    if (!globalThis.crypto?.subtle) return;
    const make = button('在本机生成随机数', async () => {
      const nonce = hex(crypto.getRandomValues(new Uint8Array(32)));
      commitment.value = hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(nonce)));
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([nonce], { type: 'text/plain' }));
      link.download = '抽取随机数.txt';
      link.click();
      say(make, '随机数已保存为“抽取随机数.txt”，请妥善保管，揭示时选择该文件；系统不留存随机数。');
    });
    commitment.insertAdjacentElement('afterend', make);
  }

  const nonce = document.getElementById('f-nonce');
  if (nonce) {
    const file = document.createElement('input');
    file.type = 'file';
    file.accept = '.txt,text/plain';
    file.setAttribute('aria-label', '选择保存的随机数文件');
    file.addEventListener('change', async () => {
      const text = (await file.files[0]?.text() ?? '').trim();
      if (/^[0-9a-f]{64}$/.test(text)) nonce.value = text;
      else say(file, '这个文件不是 64 位小写十六进制的随机数。');
    });
    nonce.insertAdjacentElement('afterend', file);
  }
})();
