/*
 * ES3 on purpose: runs in Internet Explorer and in the compatibility mode of Chinese browsers (IE core),
 * where nothing else of this page would even parse. Finds out what is missing and says which button to press.
 */
(function () {
  /* Below these versions something of the page's language is missing, although all objects exist. */
  var OLDEST_CHROME = 90;
  var OLDEST_FIREFOX = 100;
  var MINIMUM = 'Chrome / Edge 90, Firefox 100, Safari 15.4';
  /* A page whose program did not come by then will not come: the network broke, or it does not parse. */
  var PATIENCE = 10000;

  function olderThan(name, oldest) {
    var version = new RegExp(name + '\\/(\\d+)').exec(navigator.userAgent);
    return version !== null && Number(version[1]) < oldest;
  }

  function tooOld() {
    if (olderThan('Chrom(?:e|ium)', OLDEST_CHROME) || olderThan('Firefox', OLDEST_FIREFOX)) return true;
    return !(
      window.Promise &&
      window.fetch &&
      window.customElements &&
      window.WebSocket &&
      window.RTCPeerConnection &&
      window.BroadcastChannel &&
      'noModule' in document.createElement('script')
    );
  }

  function show(title, content) {
    document.title = title;
    document.body.style.cssText =
      'margin:0;padding:40px 24px;background:#f3f5f6;color:#17242c;' +
      'font:18px/1.7 "Microsoft YaHei","PingFang SC",sans-serif';
    document.body.innerHTML = '<div><h1>' + title + '</h1>' + content + '</div>';
    /* Not as attributes: the page's policy takes no styles that stand in HTML. */
    style('div', 'max-width:720px;margin:0 auto;padding:24px 32px;background:#fff;border:1px solid #d5dde1');
    style('h1', 'font-size:26px;line-height:1.4;margin:0 0 12px');
    style('hr', 'border:0;border-top:1px solid #d5dde1;margin:20px 0');
  }

  function style(name, text) {
    var elements = document.body.getElementsByTagName(name);
    for (var i = 0; i < elements.length; i += 1) elements[i].style.cssText = text;
  }

  var RULE = '<hr>';

  function explain() {
    show(
      '这个浏览器（或它的兼容模式）不能视频问诊',
      '<p><b>360、QQ、搜狗浏览器：</b>点地址栏右侧的“<b>e</b>”图标（或“闪电”图标），选“<b>极速模式</b>”，本页会自动重新打开。</p>' +
      '<p><b>其他浏览器：</b>请安装或升级 Chrome 或 Edge 90 以上版本，再打开本页。</p>' +
      '<p>最低版本：' + MINIMUM + '</p>' +
      RULE +
      '<p><b>This browser, or its compatibility mode, cannot hold video consultations.</b></p>' +
      '<p>In the 360, QQ and Sogou browsers, click the “e” icon at the right of the address bar and choose “极速模式” (speed mode). ' +
      'Otherwise install or update Chrome or Edge 90 or newer, then open this page again.</p>' +
      '<p>At least: ' + MINIMUM + '</p>'
    );
  }

  function checkLoaded() {
    if (document.getElementsByTagName('consultbox-app').length > 0) return;
    show(
      '页面没有加载完整',
      '<p>请检查本机网络，然后按键盘上的 <b>F5</b> 键刷新。若仍不行，请改用最新的 Chrome 或 Edge 打开本页。</p>' +
      RULE +
      '<p><b>This page has not loaded completely.</b></p>' +
      '<p>Check this computer’s network and press <b>F5</b>. If it persists, use the latest Chrome or Edge.</p>'
    );
  }

  function onLoad(listener) {
    if (window.addEventListener) window.addEventListener('load', listener, false);
    else window.attachEvent('onload', listener);
  }

  if (tooOld()) {
    document.documentElement.setAttribute('data-old-browser', 'true');
    onLoad(explain);
  } else {
    onLoad(function () {
      window.setTimeout(checkLoaded, PATIENCE);
    });
  }
})();
