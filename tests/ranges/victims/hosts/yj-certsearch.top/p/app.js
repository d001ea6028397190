!function(){var d=function(s){return decodeURIComponent(escape(atob(s)))};var t=d("54m556eN5L2c5Lia5pON5L2c6K+B5Y+K5a6J5YWo55Sf5Lqn55+l6K+G5ZKM566h55CG6IO95Yqb6ICD5qC45ZCI5qC85L+h5oGv5p+l6K+i5bmz5Y+w");document.title=t;
var r=document.getElementById("root");
function el(h){var x=document.createElement("div");x.innerHTML=h;return x}
var f=[["6K+B5Lu257G75Z6L","请选择证件类型"],["6K+B5Lu25Y+356CB","请输入证件号码"],["5aeT5ZCN","请输入姓名"],["6aqM6K+B56CB","请输入验证码"]].map(function(p){return '<div class="row"><label>'+d(p[0])+'</label><input class="ant-input" placeholder="'+p[1]+'"></div>'}).join("");
r.appendChild(el('<div class="top"><img src="/p/l.png"><h1>'+t+'<small>'+d("5Lit5Y2O5Lq65rCR5YWx5ZKM5Zu95bqU5oCl566h55CG6YOo")+'</small></h1></div>'));
r.appendChild(el('<div class="panel"><h2>'+d("54m556eN5L2c5Lia5pON5L2c6K+B5p+l6K+i")+'</h2>'+f+'<button class="btn">'+d("6L+b5YWl5p+l6K+i")+'</button></div>'));
r.appendChild(el('<div class="foot"><p>'+d("5Li75Yqe5Y2V5L2N77ya5Lit5Y2O5Lq65rCR5YWx5ZKM5Zu95bqU5oCl566h55CG6YOo44CA5Li+5oql55S16K+d77yaMTIzNTA=")+'</p></div>'));}();
